/** The history of a training: from trainer_state.json, or from log.csv where that has no losses. */
import { dirname, join } from 'node:path';
import type { Checkpoint, EvaluationRow, LossRow } from '../contracts.ts';
import { exists } from '../files.ts';
import { readLossLog } from './loss-log.ts';
import { placeLossRows } from './loss-steps.ts';
import { readTrainerState, TRAINER_STATE } from './trainer-state.ts';

/** Losses and evaluations by step. */
export interface History {
  readonly losses: readonly LossRow[];
  readonly evaluations: readonly EvaluationRow[];
}

const LOSS_LOG = 'log.csv';

/**
 * Reads the history of the run in `folder`. The trainer_state.json of the last checkpoint counts, else that of the
 * nearest folder above it, up to the run's own: each holds all that was logged before it. Its training rows win over log.csv, which has fewer
 * columns; a malformed log.csv is an error all the same. A run without either has an empty history.
 * @throws EmbeddingAnimationError `TrainerStateInvalid` or `LossLogInvalid`
 */
export async function readHistory(
  folder: string,
  lastCheckpoint: string,
  steps: readonly number[],
): Promise<History> {
  const folders = listUpwards(lastCheckpoint, folder);
  const stateFile = await findFirst(folders, TRAINER_STATE);
  const state = stateFile === undefined ? undefined : await readTrainerState(stateFile);
  const logFile = await findFirst(folders, LOSS_LOG);
  const logged = logFile === undefined ? [] : await readLossLog(logFile);
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

/** `from` and the folders above it, up to `root`. */
function listUpwards(from: string, root: string): string[] {
  return from === root || dirname(from) === from ? [root] : [from, ...listUpwards(dirname(from), root)];
}

async function findFirst(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) if (await exists(join(folder, name))) return join(folder, name);
  return undefined;
}
