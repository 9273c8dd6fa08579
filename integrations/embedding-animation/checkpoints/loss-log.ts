/** The article's log.csv: one row a training log, written by a callback. */
import { basename } from 'node:path';
import { csvParseRows } from 'd3-dsv';
import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, makeFileError, type EmbeddingAnimationError } from '../errors.ts';
import { readRegularFile } from '../files.ts';
import {
  epochOf,
  fillEpochs,
  isCount,
  knowsEpochs,
  lossOf,
  splitLosses,
  type LeftOutValues,
  type LossHistory,
} from './log-rows.ts';

/** One row of log.csv. */
export interface LoggedLoss {
  /** Only where a header names the column. */
  readonly step: number | undefined;
  /** `undefined` where it is no number. */
  readonly epoch: number | undefined;
  /** `undefined` where it is no number that can be drawn. */
  readonly loss: number | undefined;
}

/** What the article's callback calls its log. */
export const LOSS_LOG = 'log.csv';

/** Columns without a header, by their number: the article's, and those of a Trainer that logs `grad_norm`. */
const COLUMNS_BY_COUNT: Readonly<Record<number, readonly string[]>> = {
  3: ['loss', 'learning_rate', 'epoch'],
  4: ['loss', 'grad_norm', 'learning_rate', 'epoch'],
};

/** A row with the line it starts in, for messages. */
interface Line {
  readonly number: number;
  readonly cells: readonly string[];
}

/** Decimal numbers as Python's `repr` writes them; `Number` alone would take '' and '0x1f' too. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a log.csv: three columns (loss, learning_rate, epoch) or four (loss, grad_norm, learning_rate, epoch), or
 * a header that names loss, epoch and, if it likes, step. Empty lines are left out. A file without rows gives no
 * rows: the article's callback, under a Trainer of today, leaves it empty. A row that is damaged keeps its place, since
 * places tell steps; where a column does, it is left out.
 * @param leftOut receives what can't be used, but for losses
 * @returns rows in the file's order, in which epoch (and step) never fall
 * @throws EmbeddingAnimationError `LossLogInvalid` with the line where the file as a whole is none
 */
export async function readLossLog(path: string, leftOut: LeftOutValues): Promise<LoggedLoss[]> {
  const bytes = await readRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('LossLogInvalid', 'unreadable', undefined, { file: basename(path), cause });
  });
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const lines = csvParseRows(text)
    .map((cells, index): Line => ({ number: index + 1, cells: cells.map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [first] = lines;
  if (first === undefined) return [];
  const hasHeader = first.cells.includes('loss');
  const columns = hasHeader ? checkHeader(first) : COLUMNS_BY_COUNT[first.cells.length];
  if (columns === undefined)
    throw wrongCount(first, '3 (loss, learning_rate, epoch) or 4 with grad_norm second');
  const rows = (hasHeader ? lines.slice(1) : lines).flatMap((line) => readRow(line, columns, leftOut));
  checkOrder(
    rows.map(({ line, row }) => ({ line, value: row.epoch })),
    'epoch',
  );
  checkOrder(
    rows.map(({ line, row }) => ({ line, value: row.step })),
    'step',
  );
  return rows.map(({ row }) => row);
}

function checkHeader({ number, cells }: Line): readonly string[] {
  if (cells.includes('epoch')) return cells;
  throw invalid('noEpoch', { line: number });
}

/** A row with its line; none where its step is unknown. */
function readRow(
  { number: line, cells }: Line,
  columns: readonly string[],
  leftOut: LeftOutValues,
): { readonly line: number; readonly row: LoggedLoss }[] {
  const isWhole = cells.length === columns.length;
  if (!isWhole) leftOut.add('a line', 'of another width', { row: line });
  const read = (column: string) => (isWhole ? readNumber(cells[columns.indexOf(column)]!) : undefined);
  const step = columns.includes('step') ? read('step') : undefined;
  if (columns.includes('step') && !isCount(step)) {
    if (isWhole) leftOut.add('the step', 'no whole number from 0 up', { row: line });
    return [];
  }
  const epoch = epochOf(read('epoch'));
  if (isWhole && epoch === undefined) leftOut.add('the epoch', 'no number from 0 up', { row: line });
  return [{ line, row: { step, epoch, loss: lossOf(read('loss')) } }];
}

/** Two attempts in one file would give their rows wrong steps. */
function checkOrder(
  values: readonly { readonly line: number; readonly value: number | undefined }[],
  column: string,
): void {
  let from = 0;
  for (const { line, value = from } of values) {
    if (value < from) throw invalid('goesBack', { line, column, from, to: value });
    from = value;
  }
}

/** The learning rate and the gradient's norm are not used and not checked: the norm may rightly be infinite. */
function readNumber(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}

function wrongCount({ number, cells }: Line, expected: string): EmbeddingAnimationError {
  const columns = cells.length === 1 ? 'one column' : `${cells.length} columns`;
  return invalid('columnsWrong', { line: number, columns, wanted: expected });
}

function invalid<Case extends CaseName<'LossLogInvalid'>>(
  caseName: Case,
  facts: CaseFacts<'LossLogInvalid', Case>,
): EmbeddingAnimationError {
  return makeError('LossLogInvalid', caseName, facts, { file: LOSS_LOG });
}

// --- which global step a row belongs to

/**
 * Gives every row its step. A `step` column is believed. Without one, row i is step (i + 1) × interval, since the
 * Trainer logs every `logging_steps` steps: epochs would tell less, for older Trainers round them to two decimals
 * and many rows share one. The interval is `loggingSteps` where trainer_state.json says it; else it is how often
 * `rows` fit into the last checkpoint's step, rounded, at least 1: a training saves its last step or stops at most
 * a save interval after it.
 * @param lastStep - step of the last checkpoint
 */
export function placeLossRows(
  rows: readonly LoggedLoss[],
  loggingSteps: number | undefined,
  lastStep: number,
): LossHistory {
  const interval = loggingSteps ?? Math.max(1, Math.round(lastStep / rows.length));
  const placed = rows.map(({ step, ...row }, index) => ({ ...row, step: step ?? (index + 1) * interval }));
  return { ...splitLosses(fillEpochs(placed)(placed)), hasEpochs: knowsEpochs(placed) };
}
