/** The history of a training: from trainer_state.json, or from log.csv where that has no losses. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Checkpoint, EvaluationRow, LossGap, LossRow, Notice } from '../contracts.ts';
import { EmbeddingAnimationError, makeError, makeFileError, type ErrorName } from '../errors.ts';
import { describeFileError, exists, openRegularFile } from '../files.ts';
import { refusePointerFile } from '../formats/git-lfs.ts';
import { makeNotice } from '../notices.ts';
import type { CheckpointFolder } from './find-checkpoints.ts';
import { noteEnd, noteEvaluations, noteGaps, noteMissing, noteValues } from './notices.ts';
import { collectLeftOut, describeLog, type DescribedLog, type LossHistory } from './log-rows.ts';
import { LOSS_LOG, placeLossRows, readLossLog } from './loss-log.ts';
import { checkOneTraining, findContradiction, indexLog } from './one-training.ts';
import { readTrainerLog, TRAINER_STATE, type TrainerLog } from './trainer-state.ts';

/** Losses and evaluations by step. */
export interface History {
  readonly losses: readonly LossRow[];
  /** Logged steps without a loss that can be drawn. */
  readonly lossGaps: readonly LossGap[];
  readonly evaluations: readonly EvaluationRow[];
  /** Whether any row knows its epoch; without one they are all at epoch 0. */
  readonly hasEpochs: boolean;
  /** What of the logs is not used, or with a reservation. */
  readonly notices: readonly Notice[];
}

/** The history of a run without any. */
export const NO_HISTORY: History = {
  losses: [],
  lossGaps: [],
  evaluations: [],
  hasEpochs: false,
  notices: [],
};

const NO_LOSSES: LossHistory = { losses: [], gaps: [], hasEpochs: false };

/** A log with its file. */
interface FoundLog extends TrainerLog {
  readonly path: string;
}

/**
 * Reads the history of the run in `folder`. The trainer_state.json of the last checkpoint counts, else that of the
 * nearest folder above it, up to the run's own, else that of the last checkpoint that has one: each holds all that was
 * logged before it. Its training rows win over log.csv, which has fewer columns. A run without either has an empty history; a
 * file that is damaged is left out with a notice, and so is a value that can't be used.
 * @param checkpoints by step, at least one
 * @param evaluation which evaluation counts; see `findEvaluations`
 * @throws EmbeddingAnimationError `TrainingsMixed`; `TrainerStateInvalid` or `LossLogInvalid` for a file that has not
 * been fetched or may not be read, and where `evaluation` names none
 */
export async function readHistory(
  folder: string,
  checkpoints: readonly CheckpointFolder[],
  evaluation: string | undefined,
): Promise<History> {
  const unread: string[] = [];
  const state = await findLog(folder, checkpoints, unread);
  const others = await compareLogs(folder, checkpoints, state);
  const leftOut = collectLeftOut();
  const described = state && describeLog(state.rows, evaluation, leftOut);
  if (evaluation !== undefined && described !== undefined) checkEvaluation(described, evaluation);
  const hasTraining = described !== undefined && described.losses.length + described.gaps.length > 0;
  const lastStep = checkpoints.at(-1)!.step;
  const logged = hasTraining ? undefined : await readLogged(folder, checkpoints, { state, lastStep, unread });
  const { losses, gaps, hasEpochs } = (hasTraining ? described : logged?.history) ?? NO_LOSSES;
  const evaluations = described?.evaluations ?? [];
  return {
    losses,
    lossGaps: gaps,
    evaluations,
    hasEpochs: hasEpochs || described?.hasEpochs === true,
    notices: [
      ...others,
      ...(unread.length === 0 ? [] : [makeNotice('HistoryNotRead', unread, {})]),
      ...noteGaps(losses, gaps),
      ...noteValues([...leftOut.describe(), ...(logged?.leftOut ?? [])]),
      ...(described === undefined ? [] : noteEvaluations(described, evaluation)),
      ...noteMissing(checkpoints, evaluations),
      ...(state === undefined ? [] : noteEnd(checkpoints, state)),
    ],
  };
}

/** The log that counts; what is none is added to `unread`. */
async function findLog(
  folder: string,
  checkpoints: readonly CheckpointFolder[],
  unread: string[],
): Promise<FoundLog | undefined> {
  const last = checkpoints.at(-1)!;
  const earlier = checkpoints.slice(0, -1).toReversed();
  const folders = [...listUpwards(last.folder, folder), ...earlier.map((checkpoint) => checkpoint.folder)];
  return readFirstLog(folder, folders, unread);
}

/** The log of the first of `folders` that has one with rows, else the first without any. */
async function readFirstLog(
  folder: string,
  folders: readonly string[],
  unread: string[],
): Promise<FoundLog | undefined> {
  let empty: FoundLog | undefined;
  for (const from of folders) {
    const file = { folder, path: join(from, TRAINER_STATE), unread };
    const log = await readOptional('TrainerStateInvalid', file, () => readTrainerLog(file.path));
    if (log === undefined) continue;
    if (log.rows.length > 0) return { ...log, path: file.path };
    empty ??= { ...log, path: file.path };
  }
  return empty;
}

/**
 * Compares the checkpoints' own logs with each other, and the last of them with the one that counts.
 * @throws EmbeddingAnimationError `TrainingsMixed`
 */
async function compareLogs(
  folder: string,
  checkpoints: readonly CheckpointFolder[],
  state: FoundLog | undefined,
): Promise<Notice[]> {
  const folders = checkpoints.map((checkpoint) => checkpoint.folder).toReversed();
  const isOwn = state !== undefined && folders.includes(dirname(state.path));
  const own = isOwn ? state : await readFirstLog(folder, folders, []);
  if (own === undefined) return [];
  const notices = await checkOneTraining(folder, checkpoints, own);
  if (state === undefined || isOwn) return notices;
  const contradiction = findContradiction(indexLog(own.rows), indexLog(state.rows));
  if (contradiction === undefined) return notices;
  const files = [own, state].map(({ path }) => relative(folder, path).replaceAll('\\', '/'));
  return [...notices, makeNotice('LogsDiffer', files, contradiction)];
}

/** The losses of log.csv; what it has of its own to say is added to `unread`. */
async function readLogged(
  folder: string,
  checkpoints: readonly CheckpointFolder[],
  {
    state,
    lastStep,
    unread,
  }: { readonly state: FoundLog | undefined; readonly lastStep: number; readonly unread: string[] },
): Promise<{ readonly history: LossHistory; readonly leftOut: readonly string[] } | undefined> {
  for (const from of listUpwards(checkpoints.at(-1)!.folder, folder)) {
    const path = join(from, LOSS_LOG);
    if (!(await exists(path))) continue;
    const leftOut = collectLeftOut();
    const rows = await readOptional('LossLogInvalid', { folder, path, unread }, () =>
      readLossLog(path, leftOut),
    );
    if (rows === undefined) return undefined;
    return { history: placeLossRows(rows, state?.loggingSteps, lastStep), leftOut: leftOut.describe() };
  }
  return undefined;
}

/** A file that may be there, and where what is wrong with it is added. */
interface OptionalFile {
  /** The run's folder. */
  readonly folder: string;
  readonly path: string;
  readonly unread: string[];
}

/**
 * What `read` makes of a file; `undefined` where there is none, or where what is there is not what it should be, which
 * is added to `unread`.
 * @throws EmbeddingAnimationError `name` for a Git LFS pointer and a file that may not be read: its content is there for
 * the taking, and the film would be another without it
 */
async function readOptional<T>(
  name: ErrorName,
  { folder, path, unread }: OptionalFile,
  read: () => Promise<T>,
): Promise<T | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const shown = relative(folder, path).replaceAll('\\', '/');
  if (!found.isFile()) {
    unread.push(`${shown} (it is no file)`);
    return undefined;
  }
  await refusePointer(path, name);
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof EmbeddingAnimationError)) throw error;
    if (describeFileError(error.cause) !== undefined) throw error;
    unread.push(`${shown} (${error.problem})`);
    return undefined;
  }
}

async function refusePointer(path: string, name: ErrorName): Promise<void> {
  const place = { file: basename(path) };
  try {
    const file = await openRegularFile(path);
    try {
      await refusePointerFile(file, name, place);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof EmbeddingAnimationError) throw cause;
    throw makeFileError(name, 'unreadable', undefined, { ...place, cause });
  }
}

function checkEvaluation({ found }: DescribedLog, wanted: string): void {
  if (found.hasAccuracy) return;
  const there = [...found.others, ...found.candidates].map((each) => `"${each}"`).join(', ');
  throw makeError('TrainerStateInvalid', 'noSuchEvaluation', { wanted, there }, { file: TRAINER_STATE });
}

/** `from` and the folders above it, up to `root`. */
function listUpwards(from: string, root: string): string[] {
  return from === root || dirname(from) === from ? [root] : [from, ...listUpwards(dirname(from), root)];
}

// --- what a history says of the model at a step

/** What a history says of the model at a step. */
export type StepSummary = Pick<Checkpoint, 'epoch' | 'loss' | 'accuracy'>;

/**
 * What the history knows of the model at each step: the last loss logged up to it, if that can be drawn, the accuracy
 * measured at it, and its epoch. Where no row is of that very step, the epoch is in proportion to the last row's, since
 * every epoch has as many steps; it is unknown where no row knows it.
 */
export function openSummary({
  losses,
  lossGaps,
  evaluations,
  hasEpochs,
}: Omit<History, 'notices'>): (step: number) => StepSummary {
  const evaluated = new Map(evaluations.map((row) => [row.step, row]));
  const ends = [losses.at(-1), lossGaps.at(-1), evaluations.at(-1)].filter((row) => row !== undefined);
  const end = ends.reduce<LossGap>((a, b) => (b.step > a.step ? b : a), { step: 0, epoch: 0 });
  return (step) => {
    const evaluation = evaluated.get(step);
    const loss = lastUpTo(losses, step);
    const gap = lastUpTo(lossGaps, step);
    const own = [evaluation, loss, gap].find((row) => row?.step === step)?.epoch;
    const scaled = end.step > 0 ? (step * end.epoch) / end.step : undefined;
    const isBroken = gap !== undefined && gap.step > (loss?.step ?? -1);
    return {
      epoch: hasEpochs ? (own ?? scaled) : undefined,
      loss: isBroken ? undefined : loss?.loss,
      accuracy: evaluation?.accuracy,
    };
  };
}

/** The last row that is not after `step`, of rows in the order of their steps. */
function lastUpTo<Row extends { readonly step: number }>(
  rows: readonly Row[],
  step: number,
): Row | undefined {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.step <= step) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}
