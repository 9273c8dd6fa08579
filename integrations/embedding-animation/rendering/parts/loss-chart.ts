/**
 * The chart of the training loss, with axes that stand still: all but the curve itself. Ticks are chosen here, as those
 * of d3 are fewer than two in every sixth range at this height.
 */
import * as Plot from '@observablehq/plot';
import { formatPower, type Language } from '../../locale/index.ts';
import type { AnimationOptions } from '../../options/index.ts';
import type { CurveRow, FrameInput } from '../frame-input.ts';
import { HEADING, type FrameLayout } from '../layout.ts';
import type { Box, Vertex } from '../raster/geometry.ts';
import type { SvgDrawing } from '../svg-drawing.ts';
import { typeset, type PlacedText, type TypesetText } from '../text/placed-text.ts';
import type { Typesetter } from '../text/typesetter.ts';
import type { Theme } from '../theme.ts';
import {
  breakAtGaps,
  hasPowers,
  lossLimits,
  smoothLosses,
  thinLosses,
  type LossPoint,
} from './loss-series.ts';

/** Units between two words of the heading. */
const HEADING_GAP = 9;
const TICK_SIZE = 22;
/** Units above the chart for the heading, below it for the ticks' labels. */
const MARGIN = { top: 48, bottom: 32 };
/** Units of height a tick may have before more are drawn. */
const TICK_SPACING = 130;
/** Units of width below which the horizontal axis has room for two labels. */
const NARROW = 260;
const LIMIT_PADDING = 0.07;
/** Units: radius of the dot at the line's end, which has its room right of the axis. */
export const DOT_RADIUS = 6.5;
const GRID_WIDTH = 1.5;
/** Least decimals of the loss at the line's end, and most of a power of ten. */
const [VALUE_DECIMALS, MOST_DECIMALS] = [2, 6];

/** A range in which powers of ten are still numbers. */
const SMALLEST_RANGE = 1e-300;

/** Ticks of an axis, evenly spaced. */
export type Ticks = readonly number[];

/** What is the same for all frames of a run: the whole curve and its axes. */
export interface LossChart {
  readonly box: Box;
  readonly unit: number;
  readonly axis: AnimationOptions['lossAxis'];
  readonly losses: readonly CurveRow[];
  /** Smoothed with all rows. */
  readonly whole: readonly LossPoint[];
  /** Limits of the vertical axis. */
  readonly limits: readonly [low: number, high: number];
  /** px of the box around what the scales span. */
  readonly margins: Readonly<Record<'marginTop' | 'marginRight' | 'marginBottom' | 'marginLeft', number>>;
  /** Steps or epochs to px of the box. */
  readonly x: Plot.Scale;
  /** Losses to px of the box; what lies outside the limits stands on the nearer one. */
  readonly y: Plot.Scale;
  readonly xTicks: Ticks;
  readonly yTicks: Ticks;
  /** Whether losses are said as powers of ten. */
  readonly hasPowers: boolean;
}

/** Plans the chart of a run; `undefined` where the layout has none. */
export function planLossChart(
  { losses: box, unit }: FrameLayout,
  input: Pick<FrameInput, 'losses' | 'lastStep' | 'look'>,
  typesetter: Typesetter,
): LossChart | undefined {
  if (box === undefined) return undefined;
  const { language } = typesetter;
  const axis = input.look.lossAxis;
  const losses = thinLosses(breakAtGaps(input.losses));
  const whole = smoothLosses(losses, axis, losses.length);
  const limits = padded(lossLimits(whole));
  const lastGap = losses.at(-1)?.gap?.[1];
  const gapEnd = (axis === 'step' ? lastGap?.step : lastGap?.epoch) ?? 0;
  const lastStep = axis === 'step' ? input.lastStep : 0;
  const end = Math.max(whole.at(-1)?.at ?? 0, gapEnd, lastStep, Number.MIN_VALUE);
  const yTicks = roundTicks(...limits, Math.max(2, Math.floor(box.height / (TICK_SPACING * unit))));
  const style = { size: TICK_SIZE * unit, weight: 400, tabular: true } as const;
  const isPower = hasPowers(losses);
  const widest = Math.max(
    ...yTicks.map((tick) =>
      typesetter.measure(formatLoss(tick, { yTicks, hasPowers: isPower }, language), style),
    ),
  );
  const xTicks = roundTicks(0, end, isNarrow({ box, unit }) ? 2 : 3);
  const margins = {
    marginTop: MARGIN.top * unit,
    marginRight: DOT_RADIUS * unit + 2,
    marginBottom: MARGIN.bottom * unit,
    marginLeft: widest + 12 * unit,
  };
  const across = [margins.marginLeft, box.width - margins.marginRight];
  const up = [box.height - margins.marginBottom, margins.marginTop];
  const x = Plot.scale({ x: { type: 'linear', domain: [0, end], range: across } });
  const y = Plot.scale({ y: { type: 'linear', domain: limits, range: up, clamp: true } });
  return { box, unit, axis, losses, whole, limits, margins, x, y, xTicks, yTicks, hasPowers: isPower };
}

/** Draws the axes, their labels and the heading. */
export function drawLossAxes(
  drawing: SvgDrawing,
  chart: LossChart,
  theme: Theme,
  typesetter: Typesetter,
): void {
  const { box, unit, xTicks, yTicks } = chart;
  const { language } = typesetter;
  const size = TICK_SIZE * unit;
  const labels = {
    fill: theme.muted,
    fontSize: size,
    fontVariant: 'tabular-nums',
    tickSize: 0,
    label: null,
  } as const;
  const shownTicks = isNarrow(chart) && xTicks.length === 3 ? [xTicks[0]!, xTicks[2]!] : xTicks;
  const xAxes = shownTicks.map((tick) => {
    const text = formatTick(tick, xTicks, language);
    const half = typesetter.measure(text, { size, weight: 400, tabular: true }) / 2;
    const dx = Math.min(0, box.width - half - xOf(chart, tick)); // the last label stays inside the box
    const tickPadding = (MARGIN.bottom - 4) * unit;
    return Plot.axisX([tick], { ...labels, text: [text], lineAnchor: 'bottom', tickPadding, dx });
  });
  const yText = (tick: number): string => formatLoss(tick, chart, language);
  drawing.addPlot(box, {
    ...chart.margins,
    x: chart.x,
    y: chart.y,
    marks: [
      Plot.gridY([...yTicks, chart.limits[0]], {
        stroke: theme.rule,
        strokeOpacity: 1,
        strokeWidth: GRID_WIDTH * unit,
      }),
      Plot.axisY(yTicks, {
        ...labels,
        text: yText,
        lineAnchor: 'bottom',
        dy: 0.36 * size,
        tickPadding: 10 * unit,
      }),
      xAxes,
    ],
  });
  const heading = placeHeading(chart, typesetter);
  const texts = [{ ...heading.title, fill: theme.ink }];
  if (heading.axis !== undefined) texts.push({ ...heading.axis, fill: theme.muted });
  drawing.addTexts(box, texts);
}

/** Typesets the smoothed loss at the line's end, at the right end of the heading's line; nothing where there is no room. */
export function typesetLoss(
  chart: LossChart,
  { smooth }: Pick<LossPoint, 'smooth'>,
  theme: Theme,
  typesetter: Typesetter,
): TypesetText[] {
  const { box, unit } = chart;
  const heading = placeHeading(chart, typesetter);
  const { y, size } = heading.title;
  const { language } = typesetter;
  const text = chart.hasPowers
    ? formatPower(smooth, powerDecimals(chart.yTicks))
    : language.formatNumber(smooth, Math.max(VALUE_DECIMALS, tickDecimals(chart.yTicks)));
  const value = { y, size, text, weight: 600, tabular: true } as const;
  const end = heading.end + 2 * HEADING_GAP * unit;
  if (end + typesetter.measure(value.text, value) > box.width) return [];
  return typeset(box, [{ ...value, x: box.width, anchor: 'end', fill: theme.ink }], typesetter);
}

function formatLoss(
  tick: number,
  { yTicks, hasPowers: isPower }: Pick<LossChart, 'yTicks' | 'hasPowers'>,
  language: Language,
): string {
  return isPower ? formatPower(tick, powerDecimals(yTicks)) : formatTick(tick, yTicks, language);
}

/** Where a loss at a step or epoch lies, px of the frame. */
export function placeLoss(chart: LossChart, at: number, loss: number): Vertex {
  const y = chart.y.apply(loss) as number; // a linear scale of numbers to px
  return [chart.box.x + xOf(chart, at), chart.box.y + y];
}

/** Where a step or epoch lies, px of the box. */
function xOf({ x }: LossChart, at: number): number {
  return x.apply(at) as number; // a linear scale of numbers to px
}

function isNarrow({ box, unit }: Pick<LossChart, 'box' | 'unit'>): boolean {
  return box.width < NARROW * unit;
}

/** Some room above and below. */
function padded([min, max]: readonly [number, number]): [number, number] {
  const room = LIMIT_PADDING * (max > min ? max - min : Math.max(Math.abs(max), 1));
  return [min - room, max + room];
}

/** The heading and what the horizontal axis is, as far as there is room, px of the box. */
interface Heading {
  readonly title: Omit<PlacedText, 'fill'>;
  readonly axis: Omit<PlacedText, 'fill'> | undefined;
  /** Where they end. */
  readonly end: number;
}

function placeHeading({ axis, box, unit }: LossChart, typesetter: Typesetter): Heading {
  const { language } = typesetter;
  const line = { y: HEADING.baseline * unit, size: HEADING.size * unit };
  const bold = { ...line, weight: 600 } as const;
  const title = typesetter.fit(language.say('trainingLoss'), bold, box.width);
  const name = language.say(axis === 'step' ? 'byStep' : 'byEpoch');
  const titleWidth = typesetter.measure(title, bold);
  const nameWidth = typesetter.measure(name, { ...line, weight: 400 });
  const start = titleWidth + HEADING_GAP * unit;
  if (start + nameWidth > box.width) {
    return { title: { ...bold, text: title, x: 0 }, axis: undefined, end: titleWidth };
  }
  const isRightToLeft = language.direction === 'rtl';
  return {
    title: { ...bold, text: title, x: isRightToLeft ? nameWidth + HEADING_GAP * unit : 0 },
    axis: { ...line, text: name, x: isRightToLeft ? 0 : start },
    end: start + nameWidth,
  };
}

/**
 * Round numbers (1, 2 or 5 times a power of ten apart) between `min` and `max`: as few steps as give at
 * least `least` of them. Only `min` where the range is empty.
 */
export function roundTicks(min: number, max: number, least: number): Ticks {
  if (!(max - min > SMALLEST_RANGE)) return [min];
  for (let power = Math.floor(Math.log10(max - min)); ; power--) {
    for (const factor of [5, 2, 1]) {
      const step = factor * 10 ** power;
      const first = Math.ceil(min / step - 1e-9);
      const last = Math.floor(max / step + 1e-9);
      if (last - first + 1 < least) continue;
      return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
    }
  }
}

/** As many decimals as tell the ticks apart; thousands as short as the language has them, such as `12k`. */
export function formatTick(value: number, ticks: Ticks, language: Language): string {
  if (largestOf(ticks) >= 10_000 && stepOf(ticks) >= 1000) return language.formatThousands(value);
  return language.formatFixed(value, tickDecimals(ticks));
}

/** Decimals that tell ticks apart. */
function tickDecimals(ticks: Ticks): number {
  return Math.max(0, -Math.floor(Math.log10(stepOf(ticks)) + 1e-9));
}

/** Decimals of the first part of powers of ten that tell ticks apart. */
function powerDecimals(ticks: Ticks): number {
  return Math.max(1, Math.min(MOST_DECIMALS, Math.ceil(Math.log10(largestOf(ticks) / stepOf(ticks)) - 1e-9)));
}

function stepOf(ticks: Ticks): number {
  return Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
}

function largestOf(ticks: Ticks): number {
  return Math.max(...ticks.map(Math.abs));
}
