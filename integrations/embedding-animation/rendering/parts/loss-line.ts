/** The line of the training loss: what frames share of it is drawn once a run, each frame draws only its own end. */
import * as Plot from '@observablehq/plot';
import { widenBox, type Box } from '../raster/geometry.ts';
import { openSvgDrawing } from '../svg-drawing.ts';
import type { Theme } from '../theme.ts';
import { plotOptions, STROKES, xOfLoss, type LossChart } from './loss-chart.ts';
import { smoothLosses, type LossPoint } from './loss-curve.ts';

/** A drawing that lies over a part of the frame. */
export interface Overlay {
  /** Whole px of the frame. */
  readonly box: Box;
  /** Without any `<text>`. */
  readonly svg: string;
}

/** The end of the line as one frame has it: left of its box the line is the whole one's, right of it there is none. */
export interface LineEnd extends Overlay {
  /** The last point; `undefined` where the loss that was logged last is none. */
  readonly current: LossPoint | undefined;
}

interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** Units by which a line may reach over its chart. */
const OVERHANG = 8;

/** Draws the line with all rows. */
export function drawWholeLine(chart: LossChart, frame: FrameSize, theme: Theme): Overlay {
  const box = overlayBox(chart, frame);
  return { box, svg: drawLine(box, chart, chart.whole, theme) };
}

/**
 * Draws what the rows up to `step` change in the whole line: smoothing knows less there, and a dot marks the end.
 * @returns `undefined` where there is no row
 */
export function drawLineEnd(
  chart: LossChart,
  step: number,
  frame: FrameSize,
  theme: Theme,
): LineEnd | undefined {
  const { axis, losses, whole, unit } = chart;
  const known = losses.filter((row) => row.step <= step);
  const points = smoothLosses(known, axis, losses.length, whole);
  const current = points.at(-1);
  if (current === undefined) return undefined;
  const all = overlayBox(chart, frame);
  const width = 2 * STROKES.smooth * unit;
  const left = Math.max(all.x, Math.floor(leftmostChange(chart, points, current) - width));
  const start = points.findIndex(({ at }) => xOfLoss(chart, at) > left - width);
  const own = points.slice(Math.max(0, start - 1));
  const right = Math.max(...own.map(({ at }) => xOfLoss(chart, at))) + STROKES.dot * unit + width;
  const box = { ...all, x: left, width: Math.min(all.x + all.width, Math.ceil(right)) - left };
  const gap = known.at(-1)?.gap;
  const dot = gap !== undefined && gap[0].step <= step ? undefined : current;
  return { box, svg: drawLine(box, chart, own, theme, dot), current: dot };
}

/** px of the frame left of which `points` and the whole line are the same. */
function leftmostChange(chart: LossChart, points: readonly LossPoint[], current: LossPoint): number {
  const changed = points.findIndex((point, index) => point !== chart.whole[index]);
  const same = changed === -1 ? points.length : changed; // as many, from the first
  if (same === 0) return -Infinity;
  const from = [...points.slice(same - 1), ...chart.whole.slice(same - 1)]; // a piece of line begins where it differs
  const dot = xOfLoss(chart, current.at) - STROKES.dot * chart.unit;
  return Math.min(dot, ...from.map(({ at }) => xOfLoss(chart, at)));
}

function overlayBox({ box, unit }: LossChart, frame: FrameSize): Box {
  return widenBox(box, OVERHANG * unit, frame);
}

/** @param dot where the line ends, if a dot marks it */
function drawLine(
  box: Box,
  chart: LossChart,
  points: readonly LossPoint[],
  theme: Theme,
  dot?: LossPoint,
): string {
  const { unit } = chart;
  const drawing = openSvgDrawing(box);
  const broken = breakLine(points);
  const marks = [
    Plot.lineY(broken, { x: 'at', y: 'raw', stroke: theme.raw, strokeWidth: STROKES.raw * unit }),
    Plot.lineY(broken, {
      x: 'at',
      y: 'smooth',
      stroke: theme.ink,
      strokeWidth: STROKES.smooth * unit,
      strokeLinejoin: 'round',
      strokeLinecap: 'round',
    }),
    ...(dot === undefined
      ? []
      : [Plot.dot([dot], { x: 'at', y: 'smooth', r: STROKES.dot * unit, fill: theme.ink })]),
  ];
  drawing.addPlot(chart.box, { ...plotOptions(chart), axis: null, marks });
  return drawing.root.outerHTML;
}

/** The points with one that can't be drawn, and so breaks the line, after each end. */
function breakLine(points: readonly LossPoint[]): readonly LossPoint[] {
  if (points.every(({ isEnd }) => isEnd !== true)) return points;
  return points.flatMap((point) =>
    point.isEnd === true ? [point, { ...point, raw: Number.NaN, smooth: Number.NaN }] : [point],
  );
}
