/** The rows of a Trainer's log as losses and evaluations; values that can't be used are left out and listed. */
import type { EvaluationRow, LossGap, LossRow } from '../contracts.ts';
import { isRecord } from '../formats/json.ts';
import { findEvaluations, type FoundEvaluations } from './evaluations.ts';

/** Training rows: those with a loss that can be drawn, and the others. */
export interface LossHistory {
  /** By step, one a step. */
  readonly losses: readonly LossRow[];
  /** By step; none of them is a step of `losses`. */
  readonly gaps: readonly LossGap[];
  /** Whether any row knows its epoch; without one they are all at epoch 0. */
  readonly hasEpochs: boolean;
}

/** What a log says of a training. */
export interface DescribedLog extends LossHistory {
  /** By step, one a step. */
  readonly evaluations: readonly EvaluationRow[];
  readonly found: FoundEvaluations;
}

/** A row as it is read: its epoch may be unknown, and its loss no number. */
export interface LoggedRow {
  readonly step: number;
  readonly epoch: number | undefined;
  readonly loss: number | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Describes a log. Rows are told apart by the keys they have: `loss` marks a training row, the keys of the evaluation
 * that counts mark one of these, and anything else, such as the summary at the end, is left out. Of two rows of one
 * kind and step the first counts: a later one may be about another model (`load_best_model_at_end`).
 * @param wanted the evaluation that counts; see `findEvaluations`
 * @param leftOut receives what can't be used, but for losses: those are the gaps
 */
export function describeLog(
  rows: readonly unknown[],
  wanted: string | undefined,
  leftOut: LeftOutValues,
): DescribedLog {
  const found = findEvaluations(rows.filter(isRecord), wanted);
  const { accuracy, loss } = found.keys;
  const training: LoggedRow[] = [];
  const evaluations: (LoggedRow & Pick<EvaluationRow, 'accuracy'>)[] = [];
  for (const [index, values] of rows.entries()) {
    if (!isRecord(values)) {
      leftOut.add('a row', 'no object', { row: index + 1 });
      continue;
    }
    const isEvaluation = accuracy in values || loss in values;
    if (!('loss' in values) && !isEvaluation) continue;
    const time = readTime(values, index, leftOut);
    if (time === undefined) continue;
    if ('loss' in values) training.push({ ...time, loss: lossOf(values['loss']) });
    if (isEvaluation) evaluations.push({ ...time, ...readMetrics(values, found, time.step, leftOut) });
  }
  const firstTraining = keepFirstOfStep(training);
  const firstEvaluations = keepFirstOfStep(evaluations);
  const all = [...firstTraining, ...firstEvaluations];
  const fill = fillEpochs(all);
  return {
    ...splitLosses(fill(firstTraining)),
    hasEpochs: knowsEpochs(all),
    evaluations: fill(firstEvaluations).map(({ step, epoch, ...row }) => ({
      step,
      epoch,
      accuracy: row.accuracy,
      loss: row.loss,
    })),
    found,
  };
}

/** Rows with a loss, and those without. */
export function splitLosses(
  rows: readonly (LoggedRow & { readonly epoch: number })[],
): Pick<LossHistory, 'losses' | 'gaps'> {
  const losses: LossRow[] = [];
  const gaps: LossGap[] = [];
  for (const { step, epoch, loss } of rows) {
    if (loss === undefined) gaps.push({ step, epoch });
    else losses.push({ step, epoch, loss });
  }
  return { losses, gaps };
}

/** Whether any row has an epoch. */
export function knowsEpochs(rows: readonly Pick<LoggedRow, 'epoch'>[]): boolean {
  return rows.some(({ epoch }) => epoch !== undefined);
}

/**
 * Gives rows without an epoch one in proportion to the last row of `known` that has one, since every epoch has as
 * many steps. Where no row has any, all are at epoch 0.
 */
export function fillEpochs(
  known: readonly Pick<LoggedRow, 'step' | 'epoch'>[],
): <Row extends Pick<LoggedRow, 'step' | 'epoch'>>(
  rows: readonly Row[],
) => (Row & { readonly epoch: number })[] {
  let last: { readonly step: number; readonly epoch: number } | undefined;
  for (const { step, epoch } of known)
    if (epoch !== undefined && step > (last?.step ?? 0)) last = { step, epoch };
  const perStep = last === undefined ? 0 : last.epoch / last.step;
  return (rows) => rows.map((row) => ({ ...row, epoch: row.epoch ?? row.step * perStep }));
}

function readTime(
  row: Values,
  index: number,
  leftOut: LeftOutValues,
): Pick<LoggedRow, 'step' | 'epoch'> | undefined {
  const { step } = row;
  if (!isCount(step)) {
    leftOut.add('the step', 'no whole number from 0 up', { row: index + 1 });
    return undefined;
  }
  const epoch = epochOf(row['epoch']);
  if (epoch === undefined) leftOut.add('the epoch', 'no number from 0 up', { step });
  return { step, epoch };
}

function readMetrics(
  row: Values,
  { keys }: FoundEvaluations,
  step: number,
  leftOut: LeftOutValues,
): Pick<EvaluationRow, 'accuracy' | 'loss'> {
  const { [keys.accuracy]: accuracy, [keys.loss]: loss } = row;
  const isNumber = typeof accuracy === 'number' && Number.isFinite(accuracy);
  const isShare = isNumber && accuracy >= 0 && accuracy <= 1;
  if (keys.accuracy in row && !isShare)
    leftOut.add(keys.accuracy, isNumber ? 'not between 0 and 1' : 'no finite number', { step });
  const usable = lossOf(loss);
  if (keys.loss in row && usable === undefined) leftOut.add(keys.loss, 'no finite number', { step });
  return { accuracy: isShare ? accuracy : undefined, loss: usable };
}

function keepFirstOfStep<Row extends { readonly step: number }>(rows: readonly Row[]): Row[] {
  const first = new Map<number, Row>();
  for (const row of rows) if (!first.has(row.step)) first.set(row.step, row);
  return [...first.values()].sort((a, b) => a.step - b.step);
}

// --- what counts as a step, an epoch and a loss, and what is said of values that are none

/** Largest float32: a loss beyond it comes from no training, and packs could not hold it. */
const LARGEST_LOSS = 2 ** 128 - 2 ** 104;

/** A loss that can be drawn, or `undefined` for NaN, an infinite one, one beyond float32, and what is no number. */
export function lossOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= LARGEST_LOSS ? value : undefined;
}

/** Epochs of training, or `undefined` for what can be none. */
export function epochOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** Whether a value is a whole number from 0 up. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Why a value can't be used. */
type Reason =
  | 'no finite number'
  | 'not between 0 and 1'
  | 'no number from 0 up'
  | 'no whole number from 0 up'
  | 'no object'
  | 'of another width';

/** Values of a log that can't be used, as they are found. */
export interface LeftOutValues {
  /** @param at the step of a value whose step is known, else the row or line it stands in */
  readonly add: (
    key: string,
    reason: Reason,
    at: { readonly step: number } | { readonly row: number },
  ) => void;
  /** One text for each key and reason, with where they are: `eval_loss is no finite number (steps 10–30)`. */
  readonly describe: () => string[];
}

/** An empty list. */
export function collectLeftOut(): LeftOutValues {
  const found = new Map<string, { readonly steps: number[]; readonly rows: number[] }>();
  return {
    add(key, reason, at) {
      const name = `${key} is ${reason}`;
      const places = found.get(name) ?? { steps: [], rows: [] };
      found.set(name, places);
      if ('step' in at) places.steps.push(at.step);
      else places.rows.push(at.row);
    },
    describe: () =>
      Array.from(found, ([name, { steps, rows }]) => {
        const places = [...listPlaces('step', steps), ...listPlaces('row', rows)];
        return `${name} (${places.join('; ')})`;
      }),
  };
}

/** Places named in a text. */
const PLACES_NAMED = 4;

function listPlaces(word: string, places: readonly number[]): string[] {
  if (places.length === 0) return [];
  const sorted = [...places].sort((a, b) => a - b);
  const named = sorted.slice(0, PLACES_NAMED).join(', ');
  const rest = sorted.length - PLACES_NAMED;
  const more = rest > 0 ? ` and ${rest} more, up to ${sorted.at(-1)!}` : '';
  return [`${word}${places.length === 1 ? '' : 's'} ${named}${more}`];
}
