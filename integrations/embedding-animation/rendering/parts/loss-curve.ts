/** The curve of the training loss: what frames share of it is rasterised once a run, each frame strokes only its own end. */
import type { RgbImage } from '../../contracts.ts';
import { rasterizeStrokes, type Coverage } from '../raster/coverage.ts';
import { growBox, intersectBoxes, roundOut, type Box, type Vertex } from '../raster/geometry.ts';
import { markerPath } from '../raster/marker-shapes.ts';
import { fillCoverage, fillPaths, parseRgb, type Rgb } from '../raster/pixels.ts';
import type { Theme } from '../theme.ts';
import { DOT_RADIUS, placeLoss, type LossChart } from './loss-chart.ts';
import { smoothLosses, type LossPoint } from './loss-series.ts';

/** Strokes of the logged and of the smoothed losses. */
export interface LossCurve {
  readonly raw: Coverage;
  readonly smooth: Coverage;
}

/** The end of the curve as one frame has it: left of its box the curve is the whole one's, right of it there is none. */
export interface LossCurveEnd {
  /** Whole px of the frame. */
  readonly box: Box;
  /** What reaches into the box. */
  readonly points: readonly LossPoint[];
  /** The last point; `undefined` where the loss that was logged last is none. */
  readonly current: LossPoint | undefined;
}

type FrameSize = Pick<Box, 'width' | 'height'>;

/** Units: widths of the two lines. */
const LINE = { raw: 1.5, smooth: 3.5 };
/** Units by which the curve may reach over its chart. */
const OVERHANG = 8;

/** Strokes the curve with all rows. */
export function strokeLossCurve(chart: LossChart, frame: FrameSize): LossCurve {
  return strokeLine(chart, chart.whole, lineBox(chart, frame));
}

/**
 * Finds what the rows up to `step` change in the whole curve: smoothing knows less there, and a dot marks the end.
 * @returns `undefined` where there is no row
 */
export function findCurveEnd(chart: LossChart, step: number, frame: FrameSize): LossCurveEnd | undefined {
  const { axis, losses, whole, unit } = chart;
  const known = losses.filter((row) => row.step <= step);
  const points = smoothLosses(known, axis, losses.length, whole);
  const current = points.at(-1);
  if (current === undefined) return undefined;
  const all = lineBox(chart, frame);
  const width = 2 * LINE.smooth * unit;
  const left = Math.max(all.x, Math.floor(leftmostChange(chart, points, current) - width));
  const start = points.findIndex((point) => xOf(chart, point) > left - width);
  const own = points.slice(Math.max(0, start - 1));
  const right = Math.max(...own.map((point) => xOf(chart, point))) + DOT_RADIUS * unit + width;
  const box = { ...all, x: left, width: Math.min(all.x + all.width, Math.ceil(right)) - left };
  const gap = known.at(-1)?.gap;
  const isLost = gap !== undefined && gap[0].step <= step;
  return { box, points: own, current: isLost ? undefined : current };
}

/** Draws the whole curve as far as the end begins, the end, and its dot. */
export function drawLossCurve(
  picture: RgbImage,
  chart: LossChart,
  whole: LossCurve,
  { box, points, current }: LossCurveEnd,
  theme: Theme,
): void {
  const end = strokeLine(chart, points, box);
  const draw = (kind: keyof LossCurve, colour: Rgb): void => {
    fillCoverage(picture, whole[kind], colour, box.x - whole[kind].box.x);
    fillCoverage(picture, end[kind], colour);
  };
  draw('raw', parseRgb(theme.raw));
  draw('smooth', parseRgb(theme.ink));
  if (current === undefined) return;
  const [x, y] = placeLoss(chart, current.at, current.smooth);
  fillPaths(picture, [markerPath('disc', DOT_RADIUS * chart.unit)], parseRgb(theme.ink), x, y);
}

/** px of the frame left of which `points` and the whole curve are the same. */
function leftmostChange(chart: LossChart, points: readonly LossPoint[], current: LossPoint): number {
  const changed = points.findIndex((point, index) => point !== chart.whole[index]);
  const same = changed === -1 ? points.length : changed; // as many, from the first
  if (same === 0) return -Infinity;
  const from = [...points.slice(same - 1), ...chart.whole.slice(same - 1)]; // a piece of curve begins where it differs
  const dot = xOf(chart, current) - DOT_RADIUS * chart.unit;
  return Math.min(dot, ...from.map((point) => xOf(chart, point)));
}

function lineBox({ box, unit }: LossChart, frame: FrameSize): Box {
  return intersectBoxes(roundOut(growBox(box, OVERHANG * unit)), { x: 0, y: 0, ...frame });
}

function xOf(chart: LossChart, { at, smooth }: LossPoint): number {
  return placeLoss(chart, at, smooth)[0];
}

function strokeLine(chart: LossChart, points: readonly LossPoint[], box: Box): LossCurve {
  const pieces = splitAtEnds(points);
  const stroke = (kind: keyof LossCurve): Coverage => {
    const lines = pieces.map((piece) =>
      piece.map((point): Vertex => placeLoss(chart, point.at, point[kind])),
    );
    return rasterizeStrokes(lines, LINE[kind] * chart.unit, box);
  };
  return { raw: stroke('raw'), smooth: stroke('smooth') };
}

/** The pieces of a curve that gaps break. */
function splitAtEnds(points: readonly LossPoint[]): LossPoint[][] {
  const pieces: LossPoint[][] = [];
  let piece: LossPoint[] = [];
  for (const point of points) {
    if (piece.length === 0) pieces.push(piece);
    piece.push(point);
    if (point.isEnd === true) piece = [];
  }
  return pieces;
}
