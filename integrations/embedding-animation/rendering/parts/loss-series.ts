/** The training loss as numbers: smoothed, with limits that hold for the whole run. */
import type { LossGap, LossRow } from '../../contracts.ts';
import type { AnimationOptions } from '../../options/index.ts';
import type { CurveRow } from '../frame-input.ts';

/** A logged loss and its smoothed value. */
export interface LossPoint {
  readonly step: number;
  /** Step or epoch, as the option `lossAxis` says. */
  readonly at: number;
  readonly raw: number;
  readonly smooth: number;
  /** Whether the line ends here, since the loss that was logged next is none. */
  readonly isEnd?: boolean;
}

/** Width of the smoothing window (standard deviation of its weights) as a share of the run's rows. */
const BANDWIDTH_SHARE = 0.02;
const LEAST_BANDWIDTH = 1.5;
/** Weights beyond this many standard deviations count as nothing. */
const WINDOW = 3;
const TAIL = 0.01;
/** Rows above which a history is thinned: a chart has fewer columns of pixels. */
const MOST_ROWS = 4000;

/** Losses from which on, and up to which, labels are powers of ten. */
const [LARGE, SMALL] = [1e9, 1e-4];

/** Whether the losses are so large or so small that their labels are powers of ten, such as `3.4e38`. */
export function hasPowers(losses: readonly CurveRow[]): boolean {
  let largest = 0;
  for (const { loss, raw = loss } of losses) largest = Math.max(largest, Math.abs(loss), Math.abs(raw));
  return largest >= LARGE || (largest > 0 && largest < SMALL);
}

/** The rows with the gaps that follow them; both in the order of their steps. */
export function markGaps(losses: readonly CurveRow[], gaps: readonly LossGap[] = []): readonly CurveRow[] {
  if (gaps.length === 0) return losses;
  let next = 0;
  return losses.map((row, index) => {
    const until = losses[index + 1]?.step ?? Infinity;
    while (next < gaps.length && gaps[next]!.step <= row.step) next++;
    const first = gaps[next];
    if (first === undefined || first.step >= until) return row;
    while (next + 1 < gaps.length && gaps[next + 1]!.step < until) next++;
    return { ...row, gap: [describeGap(first), describeGap(gaps[next]!)] };
  });
}

function describeGap({ step, epoch }: LossGap): LossGap {
  return { step, epoch };
}

/** The rows that can be drawn: those with a finite loss. */
export function finiteLosses<Row extends LossRow>(losses: readonly Row[]): Row[] {
  return losses.filter(({ loss }) => Number.isFinite(loss));
}

/** The rows that can be drawn, with those that can't as gaps between them. */
export function breakAtGaps(losses: readonly CurveRow[]): readonly CurveRow[] {
  const gaps = losses.filter(({ loss }) => !Number.isFinite(loss));
  return markGaps(finiteLosses(losses), gaps);
}

/**
 * At most 4,000 rows that look like all of them: of each piece of a longer history its lowest and its highest row, both
 * with the piece's mean to be smoothed.
 */
export function thinLosses(losses: readonly CurveRow[]): readonly CurveRow[] {
  if (losses.length <= MOST_ROWS) return losses;
  const pieces = MOST_ROWS / 2;
  const cut = (at: number): number => Math.floor((at * losses.length) / pieces);
  const kept = Array.from({ length: pieces }, (_, piece) =>
    thinPiece(losses, cut(piece), cut(piece + 1)),
  ).flat();
  return kept.map((row, index) => joinGaps(row, losses, kept[index + 1]?.index));
}

/** A row that is kept, with its index among all. */
interface KeptRow extends CurveRow {
  readonly index: number;
}

/** The lowest and the highest of at least one row, in the order in which they were logged. */
function thinPiece(losses: readonly CurveRow[], from: number, to: number): KeptRow[] {
  const rows = losses.slice(from, to);
  const mean = rows.reduce((sum, { loss }) => sum + loss, 0) / rows.length;
  let [low, high] = [0, 0];
  for (const [index, { loss }] of rows.entries()) {
    if (loss < rows[low]!.loss) low = index;
    if (loss > rows[high]!.loss) high = index;
  }
  const kept = [...new Set([Math.min(low, high), Math.max(low, high)])];
  return kept.map((index) => ({ ...rows[index]!, raw: rows[index]!.loss, loss: mean, index: from + index }));
}

/** The row with the gaps of all rows up to the next one that is kept. */
function joinGaps(
  { index, gap: own, ...row }: KeptRow,
  losses: readonly CurveRow[],
  next = losses.length,
): CurveRow {
  let gap: CurveRow['gap'];
  for (let at = index; at < next; at++) {
    const found = losses[at]!.gap;
    if (found !== undefined) gap = [gap?.[0] ?? found[0], found[1]];
  }
  return gap === undefined ? row : { ...row, gap };
}

/**
 * Smooths by local linear regression with Gaussian weights over the rows: it neither lags behind a falling
 * curve nor bends at its ends. Given the rows up to a checkpoint it knows nothing of what comes after it.
 * @param total rows of the whole run, which decide the window: it must not grow from frame to frame
 * @param whole the same run's curve with all rows, if it is known: what lies a window before the end is taken
 *   from it, where it is the same
 */
export function smoothLosses(
  losses: readonly CurveRow[],
  axis: AnimationOptions['lossAxis'],
  total: number,
  whole: readonly LossPoint[] = [],
): LossPoint[] {
  const bandwidth = Math.max(LEAST_BANDWIDTH, total * BANDWIDTH_SHARE);
  const reach = Math.ceil(WINDOW * bandwidth);
  const weights = Float64Array.from({ length: reach + 1 }, (_, offset) =>
    Math.exp(-0.5 * (offset / bandwidth) ** 2),
  );
  return losses.map(({ step, epoch, loss, raw = loss, gap }, index) => {
    const known = index + reach < losses.length ? whole[index] : undefined;
    if (known !== undefined) return known;
    const smooth = regress(losses, index, weights);
    const point = { step, at: axis === 'step' ? step : epoch, raw, smooth };
    return gap === undefined ? point : { ...point, isEnd: true };
  });
}

/** The weighted regression line's value at row `index`; `weights` by distance in rows. */
function regress(losses: readonly LossRow[], index: number, weights: Float64Array): number {
  let [sum, offsets, squares, values, products] = [0, 0, 0, 0, 0];
  const last = Math.min(losses.length, index + weights.length);
  for (let other = Math.max(0, index - weights.length + 1); other < last; other++) {
    const offset = other - index;
    const weight = weights[Math.abs(offset)]!;
    const value = losses[other]!.loss;
    sum += weight;
    offsets += weight * offset;
    squares += weight * offset * offset;
    values += weight * value;
    products += weight * offset * value;
  }
  const determinant = sum * squares - offsets * offsets;
  return determinant > 1e-9 ? (squares * values - offsets * products) / determinant : values / sum;
}

/** Limits of the loss axis: all of the smoothed curve, and of the raw values all but the extreme hundredths. */
export function lossLimits(points: readonly LossPoint[]): [number, number] {
  const raw = points.map(({ raw }) => raw).sort((a, b) => a - b);
  const smooth = points.map(({ smooth }) => smooth);
  const tail = Math.floor(raw.length * TAIL);
  return [Math.min(...smooth, raw[tail] ?? 0), Math.max(...smooth, raw[raw.length - 1 - tail] ?? 1)];
}
