/** The Trainer's own log: `log_history` of trainer_state.json. */
import { join } from 'node:path';
import type { EvaluationRow, LossRow } from '../contracts.ts';
import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { exists } from '../files.ts';
import { isRecord, readJson } from '../formats/json.ts';

/** What a trainer_state.json says of the training. */
export interface TrainerState {
  /** By step, one a step. */
  readonly losses: readonly LossRow[];
  /** By step, one a step. */
  readonly evaluations: readonly EvaluationRow[];
  /** Steps between two training rows, where the file says so. */
  readonly loggingSteps: number | undefined;
}

/** What the Trainer calls its log. */
export const TRAINER_STATE = 'trainer_state.json';

/**
 * Reads a trainer_state.json. Rows are told apart by the keys they have: `loss` marks a training row, `eval_loss`
 * or `eval_accuracy` an evaluation, and anything else, such as the summary at the end, is left out. Of two rows of
 * one kind and step the first counts: a later one may be about another model (`load_best_model_at_end`).
 * @throws EmbeddingAnimationError `TrainerStateInvalid` with the row that can't be used
 */
export async function readTrainerState(path: string): Promise<TrainerState> {
  const state = await readJson(path, 'TrainerStateInvalid');
  const history = isRecord(state) ? state['log_history'] : undefined;
  if (!isRecord(state) || !Array.isArray(history)) throw invalid('noHistory', undefined);
  const losses: LossRow[] = [];
  const evaluations: EvaluationRow[] = [];
  for (const [index, row] of history.entries()) {
    if (!isRecord(row)) throw invalid('notAnObject', { row: index + 1 });
    if ('loss' in row) losses.push({ ...readTime(row, index), loss: readNumber(row, index, 'loss') });
    if ('eval_loss' in row || 'eval_accuracy' in row) {
      evaluations.push({
        ...readTime(row, index),
        accuracy: 'eval_accuracy' in row ? readShare(row, index, 'eval_accuracy') : undefined,
        loss: 'eval_loss' in row ? readNumber(row, index, 'eval_loss') : undefined,
      });
    }
  }
  const loggingSteps = state['logging_steps'];
  return {
    losses: keepFirstOfStep(losses),
    evaluations: keepFirstOfStep(evaluations),
    loggingSteps: isCount(loggingSteps) && loggingSteps > 0 ? loggingSteps : undefined,
  };
}

/**
 * `global_step` of the trainer_state.json in `folder`; `undefined` where there is no such file, or it does not say.
 * @throws EmbeddingAnimationError `TrainerStateInvalid`
 */
export async function readGlobalStep(folder: string): Promise<number | undefined> {
  const path = join(folder, TRAINER_STATE);
  if (!(await exists(path))) return undefined;
  const state = await readJson(path, 'TrainerStateInvalid');
  const step = isRecord(state) ? state['global_step'] : undefined;
  return isCount(step) ? step : undefined;
}

function readTime(row: Record<string, unknown>, index: number): { step: number; epoch: number } {
  const { step } = row;
  if (!isCount(step)) throw invalid('noStep', { row: index + 1 });
  const epoch = readNumber(row, index, 'epoch');
  if (epoch < 0) throw invalid('negativeEpoch', { row: index + 1, step });
  return { step, epoch };
}

function readNumber(row: Record<string, unknown>, index: number, key: string): number {
  const value = row[key];
  if (typeof value === 'number') return value;
  const step = isCount(row['step']) ? row['step'] : undefined;
  throw invalid('notANumber', { row: index + 1, step, key });
}

function readShare(row: Record<string, unknown>, index: number, key: string): number {
  const value = readNumber(row, index, key);
  if (value >= 0 && value <= 1) return value;
  throw invalid('notAShare', { row: index + 1, value, key });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function keepFirstOfStep<Row extends { readonly step: number }>(rows: readonly Row[]): Row[] {
  const first = new Map<number, Row>();
  for (const row of rows) if (!first.has(row.step)) first.set(row.step, row);
  return [...first.values()].sort((a, b) => a.step - b.step);
}

function invalid<Case extends CaseName<'TrainerStateInvalid'>>(
  caseName: Case,
  facts: CaseFacts<'TrainerStateInvalid', Case>,
): EmbeddingAnimationError {
  return makeError('TrainerStateInvalid', caseName, facts, { file: TRAINER_STATE });
}
