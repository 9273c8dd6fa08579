/** The training loss up to a checkpoint, on axes that stand still. */
import * as Plot from '@observablehq/plot';
import type { FrameInput } from './frame-input.ts';
import type { FrameLayout } from './layout.ts';
import { headingOf, HEADING_SIZE } from './heading.ts';
import {
  finiteLosses,
  formatTick,
  lossLimits,
  roundTicks,
  smoothLosses,
  type LossPoint,
} from './loss-curve.ts';
import { textMarks, type Page, type PlacedText } from './panel.ts';
import type { Typesetter } from './text.ts';
import type { Theme } from './theme.ts';

const HEADING = 'Training loss';
/** Units between two words of the heading. */
const HEADING_GAP = 9;
const TICK_SIZE = 22;
/** Units above the chart for the heading, below it for the ticks' labels. */
const MARGIN = { top: 48, bottom: 32 };
/** Units of height a tick may have before more are drawn. */
const TICK_SPACING = 130;
const LIMIT_PADDING = 0.07;
const LINE = { raw: 1.5, smooth: 3.5, dot: 6.5, rule: 1.5 };

/** Draws the loss curve into its box. */
export function drawLosses(
  page: Page,
  { losses: box, unit }: FrameLayout,
  input: FrameInput,
  theme: Theme,
  typesetter: Typesetter,
): void {
  if (box === undefined) return;
  const axis = input.look.lossAxis;
  const losses = finiteLosses(input.losses);
  const whole = smoothLosses(losses, axis, losses.length);
  const shown = smoothLosses(
    losses.filter(({ step }) => step <= input.step),
    axis,
    losses.length,
  );
  const current = shown.at(-1);
  const [low, high] = padded(lossLimits(whole));
  const end = Math.max(whole.at(-1)?.at ?? 0, axis === 'step' ? input.lastStep : 0, Number.MIN_VALUE);
  const yTicks = roundTicks(low, high, Math.max(2, Math.floor(box.height / (TICK_SPACING * unit))));
  const xTicks = roundTicks(0, end, 3);
  const size = TICK_SIZE * unit;
  const labelOf = (tick: number, ticks: readonly number[]): number =>
    typesetter.measure(formatTick(tick, ticks), { size, weight: 400, tabular: true });
  const left = Math.max(...yTicks.map((tick) => labelOf(tick, yTicks))) + 12 * unit;
  const right = LINE.dot * unit + 2;
  const chart = {
    left,
    right: box.width - right,
    top: MARGIN.top * unit,
    bottom: box.height - MARGIN.bottom * unit,
  };

  page.draw(
    box,
    [
      Plot.ruleY([...yTicks, low], { stroke: theme.rule, strokeWidth: LINE.rule * unit }),
      Plot.lineY(shown, { x: 'at', y: 'raw', stroke: theme.raw, strokeWidth: LINE.raw * unit }),
      Plot.lineY(shown, {
        x: 'at',
        y: 'smooth',
        stroke: theme.ink,
        strokeWidth: LINE.smooth * unit,
        strokeLinejoin: 'round',
        strokeLinecap: 'round',
      }),
      Plot.dot(current === undefined ? [] : [current], {
        x: 'at',
        y: 'smooth',
        r: LINE.dot * unit,
        fill: theme.ink,
      }),
    ],
    {
      marginLeft: chart.left,
      marginRight: right,
      marginTop: chart.top,
      marginBottom: MARGIN.bottom * unit,
      x: { domain: [0, end], axis: null },
      y: { domain: [low, high], axis: null, clamp: true },
    },
  );

  const spanX = chart.right - chart.left;
  const spanY = chart.bottom - chart.top;
  const yOf = (tick: number): number => chart.bottom - (spanY * (tick - low)) / (high - low);
  const label = { size, fill: theme.muted, tabular: true } as const;
  page.draw(
    box,
    textMarks([
      ...headingOf(HEADING, theme, unit),
      ...describeCurrent(current, axis, box.width, theme, unit, typesetter),
      ...yTicks.map((tick): PlacedText => ({
        ...label,
        text: formatTick(tick, yTicks),
        x: chart.left - 10 * unit,
        y: yOf(tick) + 0.36 * size,
        anchor: 'end',
      })),
      ...xTicks.map((tick): PlacedText => {
        const text = formatTick(tick, xTicks);
        const half = typesetter.measure(text, { size, weight: 400, tabular: true }) / 2;
        const x = Math.min(box.width - half, chart.left + (spanX * tick) / end);
        return { ...label, text, x, y: box.height - 4 * unit, anchor: 'middle' };
      }),
    ]),
  );
}

/** Some room above and below. */
function padded([min, max]: readonly [number, number]): [number, number] {
  const room = LIMIT_PADDING * (max > min ? max - min : Math.max(Math.abs(max), 1));
  return [min - room, max + room];
}

/** What the horizontal axis is and, where there is room, the loss at the dot. */
function describeCurrent(
  current: LossPoint | undefined,
  axis: string,
  width: number,
  theme: Theme,
  unit: number,
  typesetter: Typesetter,
): PlacedText[] {
  const line = { y: 22 * unit, size: HEADING_SIZE * unit };
  const heading = typesetter.measure(HEADING, { ...line, weight: 600 });
  const by = { ...line, text: `by ${axis}`, x: heading + HEADING_GAP * unit, fill: theme.muted };
  if (current === undefined) return [by];
  const value = { ...line, text: current.smooth.toFixed(2), weight: 600, tabular: true } as const;
  const end = by.x + typesetter.measure(by.text, { ...line, weight: 400 }) + 2 * HEADING_GAP * unit;
  if (end + typesetter.measure(value.text, value) > width) return [by];
  return [by, { ...value, x: width, anchor: 'end', fill: theme.ink }];
}
