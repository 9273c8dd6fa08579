/** A Trainer's output folder: checkpoints in the order of their steps and the history of the training. */
import { join } from 'node:path';
import type { Checkpoint, Notice, TrainerRun } from '../contracts.ts';
import { EmbeddingAnimationError, makeError, makeFileError, withPlace } from '../errors.ts';
import { describeFileError, hashFile, openRegularFile } from '../files.ts';
import { isLfsPointer, readLfsProbe } from '../formats/git-lfs.ts';
import { ADAPTER_WEIGHTS } from '../formats/model-files.ts';
import {
  isAdapter,
  listModelFolder,
  openAdapterFiles,
  type BaseSearch,
  type ModelFolder,
} from './adapters.ts';
import { digestFiles } from './checkpoint-files.ts';
import {
  findCheckpoints,
  searchCheckpoints,
  type CheckpointFolder,
  type WantedCheckpoints,
} from './find-checkpoints.ts';
import { NO_HISTORY, openSummary, readHistory, type History, type StepSummary } from './history.ts';
import { noteDifferences, noteUnusedAdapters, noteUnusedColumns, noteUnusedModels } from './notices.ts';
import { listOnnxFolder, listOnnxModels } from './onnx-files.ts';
import {
  checkSameModel,
  poolLikeClassifier,
  openCheckpoint,
  openSharedReads,
  type OpenedCheckpoint,
  type SharedReads,
  type TrainerRunOptions,
} from './open-checkpoint.ts';

/**
 * Reads the run in `folder`: its checkpoints in the order of their steps, losses and evaluations. Weights are
 * measured and hashed, not loaded.
 * @throws EmbeddingAnimationError with run, step and file: `NoCheckpoints`, `CheckpointInvalid`, `ConfigInvalid`, `DtypeUnavailable`,
 * `CheckpointsDiffer`, `TrainingsMixed`, `TrainerStateInvalid`, `LossLogInvalid`
 */
export async function readTrainerRun(
  run: string,
  folder: string,
  options: TrainerRunOptions,
): Promise<TrainerRun> {
  return withPlace({ run }, async () => {
    const found: OpenedCheckpoint[] = [];
    const wanted = { checkpoints: options.checkpoints, readyFiles: options.ready.names };
    const shared = openSharedReads(options);
    for (const each of await findCheckpoints(folder, wanted))
      found.push(await openCheckpoint(each, options, shared));
    const opened = found.map((checkpoint) => poolLikeClassifier(checkpoint, found.at(-1)!, options));
    const last = opened.at(-1)!; // findCheckpoints refuses a folder without any
    for (const checkpoint of opened) checkSameModel(checkpoint, last);
    const { notices: ofHistory, ...history } = await readHistory(folder, opened, options.evaluation);
    const summarise = openSummary(history);
    const checkpoints: Checkpoint[] = [];
    for (const checkpoint of opened)
      checkpoints.push(
        await describeCheckpoint(run, checkpoint, summarise(checkpoint.step), options, shared),
      );
    const { losses, lossGaps, evaluations } = history;
    const { classNames } = last.config;
    const notices = [
      ...(await noteUnusedModels(folder, checkpoints, options)),
      ...noteUnusedAdapters(opened),
      ...noteUnusedColumns(opened),
      ...ofHistory,
      ...(await noteDifferences(opened)),
    ];
    const gaps = lossGaps.length === 0 ? undefined : lossGaps;
    return { run, folder, checkpoints, losses, lossGaps: gaps, evaluations, classNames, notices };
  });
}

/**
 * Describes an opened checkpoint; its files are hashed.
 * @throws EmbeddingAnimationError with its step
 */
async function describeCheckpoint(
  run: string,
  opened: OpenedCheckpoint,
  summary: StepSummary,
  options: TrainerRunOptions,
  shared: SharedReads,
): Promise<Checkpoint> {
  const { step, folder, config, files, pooling, embeddingWidth } = opened;
  return withPlace({ step }, async () => ({
    digest: await digestFiles(opened, files, options.hashFile ?? hashFile, pooling), // before anything is read of them
    run,
    step,
    folder,
    ...summary,
    modelType: config.modelType,
    embeddingWidth,
    ...(config.hiddenSize !== embeddingWidth && { tokenWidth: config.hiddenSize }),
    parameters: await countAll(opened, options, shared),
    bytes: files.bytes,
    form: files.form,
    files: files.files,
    ...(await describeLogits(opened, options)),
    ...(files.adapter !== undefined && { base: files.adapter.base.folder }),
    ...(pooling !== undefined && { pooling }),
  }));
}

/** Logits lie beside ready embeddings; models give their own. */
async function describeLogits(
  { folder, names, files }: OpenedCheckpoint,
  { ready, hashFile: hash = hashFile }: TrainerRunOptions,
): Promise<Pick<Checkpoint, 'logits'>> {
  const file = files.form === 'embeddings' ? ready.logits?.find((name) => names.has(name)) : undefined;
  if (file === undefined) return {};
  const digest = await hash(join(folder, file)).catch((cause: unknown) => {
    if (cause instanceof EmbeddingAnimationError) throw cause;
    throw makeFileError('EmbeddingsInvalid', 'unreadable', undefined, { file, cause });
  });
  return { logits: { file, digest } };
}

/** Numbers in the weights of a checkpoint; of an adapter those of its base too, as PEFT counts all parameters. */
async function countAll(
  { folder, names, files: { form, adapter } }: OpenedCheckpoint,
  { countParameters }: TrainerRunOptions,
  { countBase }: SharedReads,
): Promise<number> {
  if (adapter !== undefined) return (await countBase(adapter.base)) + adapter.parameters;
  return form === 'weights' ? countParameters(folder, names) : 0;
}

// --- as far as it can be read, be it fit for use or not

/** A folder that is meant as a checkpoint: described, or with the reason why it can't be used. */
export interface PartialCheckpoint {
  /** Its path below the run's folder; `.` is the run's folder itself. */
  readonly name: string;
  readonly step: number | undefined;
  readonly checkpoint?: Checkpoint;
  readonly problem?: EmbeddingAnimationError;
}

/** A Trainer's folder as far as it can be read. */
export interface PartialTrainerRun extends History {
  /** By step; those whose step is not known come last. */
  readonly checkpoints: readonly PartialCheckpoint[];
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
export async function readPartialTrainerRun(
  run: string,
  folder: string,
  options: TrainerRunOptions,
): Promise<PartialTrainerRun> {
  const wanted = { checkpoints: options.checkpoints, readyFiles: options.ready.names };
  const { found, problems } = await searchCheckpoints(folder, wanted);
  const opened = new Map<string, OpenedCheckpoint | EmbeddingAnimationError>();
  const shared = openSharedReads(options);
  const stepped = found.filter(hasStep);
  for (const candidate of stepped)
    opened.set(candidate.name, await catchProblem(run, () => openCheckpoint(candidate, options, shared)));
  const lastFound = [...opened.values()].findLast(isUsable);
  for (const [name, one] of opened)
    if (isUsable(one) && lastFound !== undefined)
      opened.set(name, poolLikeClassifier(one, lastFound, options));
  const usable = [...opened.values()].filter(isUsable);
  const last = usable.at(-1);
  const history = await catchProblem(run, () => readKnownHistory(folder, stepped, options));
  const isBroken = history instanceof EmbeddingAnimationError;
  const known = isBroken ? NO_HISTORY : history;
  const summarise = openSummary(known);
  const checkpoints: PartialCheckpoint[] = [];
  for (const { name, step } of found) {
    const one = opened.get(name);
    const described =
      one &&
      step !== undefined &&
      (await describeUsable(run, one, last, summarise(step), { options, shared }));
    checkpoints.push({ name, step, ...(described ?? {}) });
  }
  return {
    ...known,
    checkpoints,
    problems: [...problems.map((problem) => problem.at({ run })), ...(isBroken ? [history] : [])],
    notices: [
      ...(found.length === 0
        ? []
        : await noteUnused(folder, found, checkpoints, { options, opened: usable })),
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
  checkpoints: readonly PartialCheckpoint[],
  { options, opened }: { readonly options: TrainerRunOptions; readonly opened: readonly OpenedCheckpoint[] },
): Promise<Notice[]> {
  const described = checkpoints.flatMap(({ checkpoint }) => checkpoint ?? []);
  const folders = new Set(described.map((checkpoint) => checkpoint.folder));
  return [
    ...(await noteUnusedModels(folder, [...found, ...described], options)),
    ...noteUnusedColumns(opened.filter((checkpoint) => folders.has(checkpoint.folder))),
  ];
}

async function describeUsable(
  run: string,
  opened: OpenedCheckpoint | EmbeddingAnimationError,
  last: OpenedCheckpoint | undefined,
  summary: StepSummary,
  { options, shared }: { readonly options: TrainerRunOptions; readonly shared: SharedReads },
): Promise<Pick<PartialCheckpoint, 'checkpoint' | 'problem'>> {
  if (!isUsable(opened)) return { problem: opened };
  const described = await catchProblem(run, () => {
    if (last !== undefined) checkSameModel(opened, last);
    return describeCheckpoint(run, opened, summary, options, shared);
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

// --- whether it holds anything that embeddings could be made from

/** An index of shards is not among them: without its shards it is nothing. */
const WEIGHTS = /\.safetensors$/;
/** Logits alone are nothing that embeddings could be made from. */
const LOGITS = /^logits\./;

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
    const model = await listModelFolder(checkpoint.folder);
    if (await hasWholeAdapter(model, bases)) return true;
    const names = [...model.names].filter((name) => name !== ADAPTER_WEIGHTS);
    const files = names.filter(
      (name) => (WEIGHTS.test(name) && !LOGITS.test(name)) || wanted.readyFiles.includes(name),
    );
    const exported = listOnnxModels(await listOnnxFolder(model.folder));
    for (const name of [...files, ...exported]) {
      if (!(await isPointer(join(checkpoint.folder, name)))) return true;
    }
  }
  return false;
}

/** An adapter is nothing without the model that it adds to, which a host that clones a site may not have. */
async function hasWholeAdapter({ folder, names }: ModelFolder, bases: BaseSearch): Promise<boolean> {
  if (!isAdapter(names) || (await isPointer(join(folder, ADAPTER_WEIGHTS)))) return false;
  const adapter = await openAdapterFiles(folder, bases).catch(() => undefined);
  return adapter === undefined || adapter.base !== undefined; // what is damaged is for the reader to refuse
}

async function isPointer(path: string): Promise<boolean> {
  const file = await openRegularFile(path).catch(() => undefined);
  if (file === undefined) return false; // there, and for its reader to refuse
  try {
    return isLfsPointer(await readLfsProbe(file));
  } finally {
    await file.close();
  }
}
