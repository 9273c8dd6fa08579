/** What is there of a Trainer's folder, be it fit for use or not: each checkpoint with what is wrong with it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint, Notice } from '../contracts.ts';
import { EmbeddingAnimationError, makeError, withPlace } from '../errors.ts';
import { describeFileError, openRegularFile } from '../files.ts';
import { searchCheckpoints, type CheckpointFolder, type WantedCheckpoints } from './find-checkpoints.ts';
import { NO_HISTORY, openSummary, readHistory, type History, type StepSummary } from './history.ts';
import { noteDifferences } from './notices.ts';
import { openConfigs } from './model-config.ts';
import {
  checkSameModel,
  describeCheckpoint,
  noteUnusedAdapters,
  noteUnusedColumns,
  noteUnusedModels,
  openCheckpoint,
  settlePooling,
  type OpenedCheckpoint,
  type TrainerRunOptions,
} from './open-checkpoint.ts';
import { isLfsPointer, LFS_PROBE_BYTES } from '../formats/git-lfs.ts';
import { ADAPTER_WEIGHTS, isAdapter, openAdapterFiles, type BaseSearch } from './adapters.ts';
import { listOnnxModels } from './onnx-files.ts';

/** A folder that is meant as a checkpoint: described, or with the reason why it can't be used. */
export interface SurveyedCheckpoint {
  /** Its path below the run's folder; `.` is the run's folder itself. */
  readonly name: string;
  readonly step: number | undefined;
  readonly checkpoint?: Checkpoint;
  readonly problem?: EmbeddingAnimationError;
}

/** A Trainer's folder as far as it can be read. */
export interface TrainerSurvey extends History {
  /** By step; those whose step is not known come last. */
  readonly checkpoints: readonly SurveyedCheckpoint[];
  /** What is wrong with the folder as a whole, and with its history. */
  readonly problems: readonly EmbeddingAnimationError[];
  readonly notices: readonly Notice[];
  /** Of the last checkpoint that can be used. */
  readonly classNames: readonly string[];
}

/**
 * Reads as much as can be read of the run in `folder`, one checkpoint after the other.
 * @throws errors that are none of the catalogue's
 */
export async function surveyTrainerRun(
  run: string,
  folder: string,
  options: TrainerRunOptions,
): Promise<TrainerSurvey> {
  const wanted = { checkpoints: options.checkpoints, readyFiles: options.ready.names };
  const { found, problems } = await searchCheckpoints(folder, wanted);
  const opened = new Map<string, OpenedCheckpoint | EmbeddingAnimationError>();
  const readConfig = openConfigs();
  const stepped = found.filter(hasStep);
  for (const candidate of stepped)
    opened.set(candidate.name, await catchProblem(run, () => openCheckpoint(candidate, options, readConfig)));
  const lastFound = [...opened.values()].findLast(isUsable);
  for (const [name, one] of opened)
    if (isUsable(one) && lastFound !== undefined) opened.set(name, settlePooling(one, lastFound, options));
  const usable = [...opened.values()].filter(isUsable);
  const last = usable.at(-1);
  const history = await catchProblem(run, () => readKnownHistory(folder, stepped, options));
  const isBroken = history instanceof EmbeddingAnimationError;
  const known = isBroken ? NO_HISTORY : history;
  const summarise = openSummary(known);
  const checkpoints: SurveyedCheckpoint[] = [];
  for (const { name, step } of found) {
    const one = opened.get(name);
    const described = one && step !== undefined && (await describe(run, one, last, summarise(step), options));
    checkpoints.push({ name, step, ...(described ?? {}) });
  }
  return {
    ...known,
    checkpoints,
    problems: [...problems.map((problem) => problem.at({ run })), ...(isBroken ? [history] : [])],
    notices: [
      ...(found.length === 0 ? [] : await noteUnused(folder, found, checkpoints, options)),
      ...noteUnusedAdapters(usable),
      ...known.notices,
      ...(usable.length === 0 ? [] : await noteDifferences(usable)),
    ],
    classNames: last?.config.classNames ?? [],
  };
}

/** Where no folder's step is known, the log of the run's own folder may still say something. */
function readKnownHistory(
  folder: string,
  found: readonly CheckpointFolder[],
  { evaluation }: TrainerRunOptions,
): Promise<History> {
  const checkpoints = found.length > 0 ? found : [{ step: 0, folder, name: '.' }];
  return readHistory(folder, checkpoints, evaluation);
}

async function noteUnused(
  folder: string,
  found: readonly Pick<Checkpoint, 'folder'>[],
  surveyed: readonly SurveyedCheckpoint[],
  options: TrainerRunOptions,
): Promise<Notice[]> {
  const usable = surveyed.flatMap(({ checkpoint }) => checkpoint ?? []);
  return [
    ...(await noteUnusedModels(folder, [...found, ...usable], options)),
    ...(await noteUnusedColumns(usable, options)),
  ];
}

async function describe(
  run: string,
  opened: OpenedCheckpoint | EmbeddingAnimationError,
  last: OpenedCheckpoint | undefined,
  summary: StepSummary,
  options: TrainerRunOptions,
): Promise<Pick<SurveyedCheckpoint, 'checkpoint' | 'problem'>> {
  if (!isUsable(opened)) return { problem: opened };
  const described = await catchProblem(run, () => {
    if (last !== undefined) checkSameModel(opened, last);
    return describeCheckpoint(run, opened, summary, options);
  });
  return described instanceof EmbeddingAnimationError ? { problem: described } : { checkpoint: described };
}

async function catchProblem<T>(run: string, work: () => Promise<T>): Promise<T | EmbeddingAnimationError> {
  try {
    return await withPlace({ run }, work);
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) return error;
    const refused = describeFileError(error);
    if (refused === undefined) throw error;
    return makeError('CheckpointInvalid', 'refused', refused, { run, file: refused.file, cause: error });
  }
}

function isUsable(opened: OpenedCheckpoint | EmbeddingAnimationError): opened is OpenedCheckpoint {
  return !(opened instanceof EmbeddingAnimationError);
}

function hasStep<T extends { readonly step: number | undefined }>(
  candidate: T,
): candidate is T & Pick<CheckpointFolder, 'step'> {
  return candidate.step !== undefined;
}

// --- Whether a run's folder holds anything that embeddings could be made from.

/** An index of shards is not among them: without its shards it is nothing. */
const WEIGHTS = /\.safetensors$/;

/**
 * Whether any checkpoint in `folder` has weights, an ONNX export or one of the `readyFiles`, be it in order or not. A file that Git LFS has
 * not fetched is not there: a host that clones without them has none.
 */
export async function hasModelFiles(
  folder: string,
  wanted: WantedCheckpoints,
  bases: BaseSearch = { roots: [folder] },
): Promise<boolean> {
  const { found } = await searchCheckpoints(folder, wanted);
  for (const checkpoint of found) {
    const names = (await readdir(checkpoint.folder)).filter((name) => name !== ADAPTER_WEIGHTS);
    if (await hasWholeAdapter(checkpoint.folder, bases)) return true;
    const files = names.filter((name) => WEIGHTS.test(name) || wanted.readyFiles.includes(name));
    for (const name of [...files, ...(await listOnnxModels(checkpoint.folder))]) {
      if (!(await isPointer(join(checkpoint.folder, name)))) return true;
    }
  }
  return false;
}

/** An adapter is nothing without the model that it adds to, which a host that clones a site may not have. */
async function hasWholeAdapter(folder: string, bases: BaseSearch): Promise<boolean> {
  const present = new Set(await readdir(folder));
  if (!isAdapter(present) || (await isPointer(join(folder, ADAPTER_WEIGHTS)))) return false;
  const adapter = await openAdapterFiles(folder, bases).catch(() => undefined);
  return adapter === undefined || adapter.base !== undefined; // what is damaged is for the reader to refuse
}

async function isPointer(path: string): Promise<boolean> {
  const file = await openRegularFile(path).catch(() => undefined);
  if (file === undefined) return false; // there, and for its reader to refuse
  try {
    const start = Buffer.alloc(LFS_PROBE_BYTES);
    await file.read(start, 0, start.length, 0);
    return isLfsPointer(start);
  } finally {
    await file.close();
  }
}
