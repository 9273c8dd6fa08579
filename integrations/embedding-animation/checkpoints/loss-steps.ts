/** Which global step a row of log.csv belongs to. */
import { fillEpochs, knowsEpochs, splitLosses, type LossHistory } from './log-rows.ts';
import type { LoggedLoss } from './loss-log.ts';

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
