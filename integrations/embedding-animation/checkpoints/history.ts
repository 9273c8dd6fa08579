/** The history of a training: from trainer_state.json, or from log.csv where that has no losses. */
import { join } from 'node:path';
import type { Checkpoint, EvaluationRow, LossRow } from '../contracts.ts';
import { exists } from '../files.ts';
import { readLossLog } from './loss-log.ts';
import { placeLossRows } from './loss-steps.ts';
import { readTrainerState, type TrainerState } from './trainer-state.ts';

/** Losses and evaluations by step. */
export interface History {
  readonly losses: readonly LossRow[];
  readonly evaluations: readonly EvaluationRow[];
}

const TRAINER_STATE = 'trainer_state.json';
const LOSS_LOG = 'log.csv';

/**
 * Reads the history of the run in `folder`. The trainer_state.json of the last checkpoint counts, else the run
 * folder's own: each holds all that was logged before it. Its training rows win over log.csv, which has fewer
 * columns; a malformed log.csv is an error all the same. A run without either has an empty history.
 * @throws EmbeddingAnimationError `TrainerStateInvalid` or `LossLogInvalid`
 */
export async function readHistory(
  folder: string,
  lastCheckpoint: string,
  steps: readonly number[],
): Promise<History> {
  const state = await readState([join(lastCheckpoint, TRAINER_STATE), join(folder, TRAINER_STATE)]);
  const logFile = join(folder, LOSS_LOG);
  const logged = (await exists(logFile)) ? await readLossLog(logFile) : [];
  const fromState = state?.losses ?? [];
  const losses =
    fromState.length > 0 ? fromState : placeLossRows(logged, state?.loggingSteps, steps.at(-1) ?? 0);
  return { losses, evaluations: state?.evaluations ?? [] };
}

/**
 * What the history knows of the model at `step`: the last loss logged up to it, the accuracy measured at it, and
 * its epoch. Where no row is of that very step, the epoch is in proportion to the last row's, since every epoch
 * has as many steps.
 */
export function summariseAt(
  { losses, evaluations }: History,
  step: number,
): Pick<Checkpoint, 'epoch' | 'loss' | 'accuracy'> {
  const evaluation = evaluations.find((row) => row.step === step);
  const loss = losses.findLast((row) => row.step <= step);
  return {
    epoch: evaluation?.epoch ?? (loss?.step === step ? loss.epoch : scaleEpoch(step, losses, evaluations)),
    loss: loss?.loss,
    accuracy: evaluation?.accuracy,
  };
}

function scaleEpoch(
  step: number,
  losses: History['losses'],
  evaluations: History['evaluations'],
): number | undefined {
  const ends = [losses.at(-1), evaluations.at(-1)].filter((row) => row !== undefined && row.step > 0);
  const end = ends.reduce(
    (a, b) => (a !== undefined && b !== undefined && a.step >= b.step ? a : b),
    undefined,
  );
  return end === undefined ? undefined : (step * end.epoch) / end.step;
}

async function readState(candidates: readonly string[]): Promise<TrainerState | undefined> {
  for (const path of candidates) if (await exists(path)) return readTrainerState(path);
  return undefined;
}
