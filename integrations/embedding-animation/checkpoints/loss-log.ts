/** The article's log.csv: one row a training log, written by a callback. */
import { basename } from 'node:path';
import { csvParseRows } from 'd3-dsv';
import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, makeFileError, type EmbeddingAnimationError } from '../errors.ts';
import { readRegularFile } from '../files.ts';

/** One row of log.csv. */
export interface LoggedLoss {
  /** Only where a header names the column. */
  readonly step: number | undefined;
  readonly epoch: number;
  readonly loss: number;
}

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
 * rows: the article's callback, under a Trainer of today, leaves it empty.
 * @returns rows in the file's order, in which epoch (and step) never fall
 * @throws EmbeddingAnimationError `LossLogInvalid` with the line
 */
export async function readLossLog(path: string): Promise<LoggedLoss[]> {
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
  const rows: LoggedLoss[] = [];
  for (const line of hasHeader ? lines.slice(1) : lines) rows.push(readRow(line, columns, rows.at(-1)));
  return rows;
}

function checkHeader({ number, cells }: Line): readonly string[] {
  if (cells.includes('epoch')) return cells;
  throw invalid('noEpoch', { line: number });
}

function readRow(line: Line, columns: readonly string[], previous: LoggedLoss | undefined): LoggedLoss {
  if (line.cells.length !== columns.length) throw wrongCount(line, String(columns.length));
  const loss = readNumber(line, columns, 'loss');
  const epoch = readNumber(line, columns, 'epoch');
  const step = columns.includes('step') ? readNumber(line, columns, 'step') : undefined;
  if (epoch < (previous?.epoch ?? 0)) {
    const facts = { line: line.number, column: 'epoch', from: previous?.epoch ?? 0, to: epoch };
    throw invalid('goesBack', facts);
  }
  if (step !== undefined && (!Number.isSafeInteger(step) || step < 0)) {
    throw invalid('notAStep', { line: line.number, step });
  }
  if (step !== undefined && step < (previous?.step ?? 0)) {
    const facts = { line: line.number, column: 'step', from: previous?.step ?? 0, to: step };
    throw invalid('goesBack', facts);
  }
  return { step, epoch, loss };
}

/** The learning rate and the gradient's norm are not used and not checked: the norm may rightly be infinite. */
function readNumber({ number, cells }: Line, columns: readonly string[], column: string): number {
  const text = cells[columns.indexOf(column)]!;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw invalid('notANumber', { line: number, column, found: text === '' ? 'empty' : `"${text}"` });
}

function wrongCount({ number, cells }: Line, expected: string): EmbeddingAnimationError {
  const columns = cells.length === 1 ? 'one column' : `${cells.length} columns`;
  return invalid('columnsWrong', { line: number, columns, wanted: expected });
}

function invalid<Case extends CaseName<'LossLogInvalid'>>(
  caseName: Case,
  facts: CaseFacts<'LossLogInvalid', Case>,
): EmbeddingAnimationError {
  return makeError('LossLogInvalid', caseName, facts, { file: 'log.csv' });
}
