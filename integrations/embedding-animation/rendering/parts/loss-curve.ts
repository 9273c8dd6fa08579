/** The training loss as a curve: smoothed, with limits that hold for the whole run. */
import type { LossGap, LossRow } from '../../contracts.ts';
import type { Language } from '../../locale/index.ts';
import type { AnimationOptions } from '../../options/index.ts';

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

/** Ticks of an axis, evenly spaced. */
export type Ticks = readonly number[];

/** Width of the smoothing window (standard deviation of its weights) as a share of the run's rows. */
const BANDWIDTH_SHARE = 0.02;
const LEAST_BANDWIDTH = 1.5;
/** Weights beyond this many standard deviations count as nothing. */
const WINDOW = 3;
const TAIL = 0.01;
/** A range in which powers of ten are still numbers. */
const SMALLEST_RANGE = 1e-300;

/** Rows above which a history is thinned: a chart has fewer columns of pixels. */
const MOST_ROWS = 4000;

/** A row as it is drawn. */
export interface CurveRow extends LossRow {
  /** The loss that is drawn, where it is not the one that is smoothed. */
  readonly raw?: number;
  /** First and last of the logged steps without a loss between this row and the next. */
  readonly gap?: readonly [first: LossGap, last: LossGap];
}

/** Losses from which on, and up to which, labels are powers of ten. */
const [LARGE, SMALL] = [1e9, 1e-9];

/** Whether the losses are so large or so small that their labels are powers of ten, such as `3.4e38`. */
export function hasPowers(losses: readonly CurveRow[]): boolean {
  let largest = 0;
  for (const { loss, raw = loss } of losses) largest = Math.max(largest, Math.abs(loss), Math.abs(raw));
  return largest >= LARGE || (largest > 0 && largest < SMALL);
}

/** A number as a power of ten, in few letters that every font has. */
export function formatPower(value: number): string {
  return value === 0 ? '0' : value.toExponential(1).replace('+', '');
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

/** A row that is kept, with its place among all. */
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
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (Math.max(...ticks.map(Math.abs)) >= 10_000 && step >= 1000) return language.formatThousands(value);
  return language.formatFixed(value, decimals);
}
