/** A Trainer's output folder, described: checkpoints in step order and the history of the training. */
import { join } from 'node:path';
import type { Checkpoint, Notice, TrainerRun } from '../contracts.ts';
import { makeError, withPlace } from '../errors.ts';
import { exists, hashFile } from '../files.ts';
import { makeNotice } from '../notices.ts';
import type { CheckpointsOption, EmbeddingOptions } from '../options/index.ts';
import { digestFiles, findFiles, type CheckpointFiles } from './checkpoint-files.ts';
import { findCheckpoints, type CheckpointFolder } from './checkpoint-folders.ts';
import { readHistory } from './history.ts';
import { readModelConfig, requireModel, type ModelConfig } from './model-config.ts';
import { listModelsIn } from './model-folders.ts';
import { noteDifferences } from './model-notices.ts';
import { openConfigs, type ReadConfig } from './shared-configs.ts';
import { openSummary, type StepSummary } from './step-summary.ts';

/** What reading a run takes from outside. */
export interface TrainerRunOptions {
  /** Which folders are the checkpoints. @default every `checkpoint-<step>` */
  readonly checkpoints?: CheckpointsOption | undefined;
  /** Which accuracy counts: the name of an evaluation set, or a whole key. @default `eval_accuracy`, else the first set's */
  readonly evaluation?: string | undefined;
  /** What embeddings are made from where there is a choice. @default the first that is there */
  readonly embedding?: Pick<EmbeddingOptions, 'from' | 'dtype'>;
  /** Whether models of a `model_type` can be built from safetensors. @default all of them */
  readonly canBuild?: (modelType: string) => boolean;
  /** Number of weights in the safetensors files of a checkpoint's folder. */
  readonly countParameters: (folder: string) => Promise<number>;
  /** Files of ready embeddings: their names, the first that is there counts, and how wide one is. */
  readonly ready: {
    readonly names: readonly string[];
    readonly measure: (path: string) => Promise<number>;
    /** Names of what such a file holds beside the embeddings. @default nothing */
    readonly listUnused?: (path: string) => Promise<readonly string[]>;
  };
  /**
   * sha256 (hex) of a file. Give one that remembers to hash large weights once.
   * @default reads the file as a stream
   */
  readonly hashFile?: (path: string) => Promise<string>;
  /**
   * Called before a file is read whose digest is asked for later: `hashFile` then refuses it if it has changed.
   * @default nothing
   */
  readonly noteFile?: (path: string) => Promise<unknown>;
}

/** One checkpoint's folder and what its files say, before the history is known. */
export interface OpenedCheckpoint extends CheckpointFolder {
  readonly config: ModelConfig;
  readonly files: CheckpointFiles;
}

/** Model type of ready embeddings that no config.json lies beside. */
const UNKNOWN = 'unknown';

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
    const opened: OpenedCheckpoint[] = [];
    const wanted = { checkpoints: options.checkpoints, readyFiles: options.ready.names };
    const readConfig = openConfigs();
    for (const found of await findCheckpoints(folder, wanted))
      opened.push(await openCheckpoint(found, options, readConfig));
    const last = opened.at(-1)!; // findCheckpoints refuses a folder without any
    for (const checkpoint of opened) checkSameModel(checkpoint, last);
    const { notices: ofHistory, ...history } = await readHistory(folder, opened, options.evaluation);
    const summarise = openSummary(history);
    const checkpoints: Checkpoint[] = [];
    for (const checkpoint of opened)
      checkpoints.push(await describeCheckpoint(run, checkpoint, summarise(checkpoint.step), options));
    const { losses, lossGaps, evaluations } = history;
    const { classNames } = last.config;
    const notices = [
      ...(await noteUnusedModels(folder, checkpoints, options)),
      ...(await noteUnusedColumns(checkpoints, options)),
      ...ofHistory,
      ...(await noteDifferences(opened)),
    ];
    const gaps = lossGaps.length === 0 ? undefined : lossGaps;
    return { run, folder, checkpoints, losses, lossGaps: gaps, evaluations, classNames, notices };
  });
}

/** Notes models beside the checkpoints, such as `checkpoint-best`, where nobody chose these. */
export async function noteUnusedModels(
  folder: string,
  checkpoints: readonly Pick<Checkpoint, 'folder'>[],
  { checkpoints: chosen, ready }: Pick<TrainerRunOptions, 'checkpoints' | 'ready'>,
): Promise<Notice[]> {
  if (chosen !== undefined) return [];
  const used = new Set(checkpoints.map((checkpoint) => checkpoint.folder));
  const models = await listModelsIn(folder, '.', ready.names);
  const unused = models.filter((name) => !used.has(join(folder, name)));
  return unused.length === 0 ? [] : [makeNotice('CheckpointsNotUsed', unused, {})];
}

/** Notes what files of ready embeddings hold beside them. */
export async function noteUnusedColumns(
  checkpoints: readonly Pick<Checkpoint, 'form' | 'folder' | 'files'>[],
  { ready: { listUnused } }: Pick<TrainerRunOptions, 'ready'>,
): Promise<Notice[]> {
  const unused = new Set<string>();
  for (const { form, folder, files } of checkpoints) {
    const [file] = files;
    if (form !== 'embeddings' || file === undefined || listUnused === undefined) continue;
    for (const name of await listUnused(join(folder, file))) unused.add(name);
  }
  return unused.size === 0 ? [] : [makeNotice('EmbeddingColumnsNotUsed', [...unused], {})];
}

/**
 * Reads what a checkpoint's files say, but not the weights.
 * @throws EmbeddingAnimationError with its step
 */
export async function openCheckpoint(
  found: CheckpointFolder,
  options: TrainerRunOptions,
  readConfig: ReadConfig = readModelConfig,
): Promise<OpenedCheckpoint> {
  const { step, folder } = found;
  return withPlace({ step }, async () => {
    const path = join(folder, 'config.json');
    const isThere = await exists(path);
    if (isThere) await options.noteFile?.(path).catch(() => undefined); // its reader says what is wrong
    const config = isThere ? await readConfig(path) : undefined;
    const files = await findFiles(folder, {
      ...(options.embedding ?? { from: 'auto', dtype: 'auto' }),
      canBuild: config?.modelType === undefined || (options.canBuild?.(config.modelType) ?? true),
      readyFiles: options.ready.names,
    });
    const [file] = files.files;
    if (files.form !== 'embeddings' || file === undefined)
      return { ...found, files, config: requireModel(config ?? (await readConfig(path))) };
    const hiddenSize = await options.ready.measure(join(folder, file));
    const { modelType = UNKNOWN, classNames = [] } = config ?? {};
    return { ...found, files, config: { modelType, hiddenSize, classNames } };
  });
}

/**
 * Describes an opened checkpoint; its files are hashed.
 * @throws EmbeddingAnimationError with its step
 */
export async function describeCheckpoint(
  run: string,
  { step, folder, config, files }: OpenedCheckpoint,
  summary: StepSummary,
  options: TrainerRunOptions,
): Promise<Checkpoint> {
  return withPlace({ step }, async () => ({
    digest: await digestFiles(folder, files, options.hashFile ?? hashFile), // before anything is read of them
    run,
    step,
    folder,
    ...summary,
    modelType: config.modelType,
    hiddenSize: config.hiddenSize,
    parameters: files.form === 'weights' ? await options.countParameters(folder) : 0,
    bytes: files.bytes,
    form: files.form,
    files: files.files,
  }));
}

/** @throws EmbeddingAnimationError `CheckpointsDiffer` where the model is not that of the last checkpoint */
export function checkSameModel({ step, config, files }: OpenedCheckpoint, last: OpenedCheckpoint): void {
  const { modelType, hiddenSize } = config;
  const isSameType =
    [modelType, last.config.modelType].includes(UNKNOWN) || modelType === last.config.modelType;
  if (isSameType && hiddenSize === last.config.hiddenSize) return;
  const models = {
    modelType,
    hiddenSize,
    lastStep: last.step,
    lastModelType: last.config.modelType,
    lastHiddenSize: last.config.hiddenSize,
  };
  const file = files.form === 'embeddings' ? files.files[0] : 'config.json';
  throw makeError('CheckpointsDiffer', 'differ', models, { step, file });
}
