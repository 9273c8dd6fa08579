/** A Trainer's output folder, described: checkpoints in step order and the history of the training. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Checkpoint, Notice, TrainerRun } from '../contracts.ts';
import { makeError, withPlace } from '../errors.ts';
import { exists, hashFile } from '../files.ts';
import { makeNotice } from '../notices.ts';
import type { CheckpointsOption, EmbeddingOptions } from '../options/index.ts';
import {
  ADAPTER_CONFIG,
  ADAPTER_WEIGHTS,
  isAdapter,
  openAdapterFiles,
  type AdapterFiles,
  type BaseSearch,
} from './adapters.ts';
import { digestFiles, findFiles, leavesAdapter, type CheckpointFiles } from './checkpoint-files.ts';
import { findCheckpoints, listModelsIn, type CheckpointFolder } from './find-checkpoints.ts';
import { openSummary, readHistory, type StepSummary } from './history.ts';
import {
  findExportWidth,
  openConfigs,
  readModelConfig,
  requireModel,
  type ModelConfig,
  type PartialConfig,
  type ReadConfig,
} from './model-config.ts';
import { noteDifferences } from './notices.ts';

/** What reading a run takes from outside. */
export interface TrainerRunOptions {
  /** Which folders are the checkpoints. @default every `checkpoint-<step>` */
  readonly checkpoints?: CheckpointsOption | undefined;
  /** Which accuracy counts: the name of an evaluation set, or a whole key. @default `eval_accuracy`, else the first set's */
  readonly evaluation?: string | undefined;
  /** What embeddings are made from where there is a choice. @default the first that is there */
  readonly embedding?: Pick<EmbeddingOptions, 'from' | 'dtype' | 'pooling'>;
  /** Whether models of a `model_type` can be built from safetensors. @default all of them */
  readonly canBuild?: (modelType: string) => boolean;
  /** What an embedding is made of where the run does not say: what the head of a classifier of these classes reads. */
  readonly classifierPooling?: (modelType: string, classes: readonly string[]) => Pooling | undefined;
  /** Width of an embedding that is pooled from tokens of `hiddenSize` numbers. @default `hiddenSize` */
  readonly embeddingWidth?: (hiddenSize: number, pooling: Pooling | undefined) => number;
  /**
   * Width of an embedding of an export, found out by running it.
   * @default exports whose width nothing says are refused
   */
  readonly measureExport?: (folder: string, files: readonly string[], pooling?: Pooling) => Promise<number>;
  /** Number of weights in the safetensors files of a checkpoint's folder, and of an adapter's base. */
  readonly countParameters: (folder: string, base?: string) => Promise<number>;
  /** Where the models lie that adapters were trained on. @default beside the adapter, or in the run's folder */
  readonly bases?: BaseSearch;
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

type Pooling = NonNullable<EmbeddingOptions['pooling']>;

/** One checkpoint's folder and what its files say, before the history is known. */
export interface OpenedCheckpoint extends CheckpointFolder {
  readonly config: ModelConfig;
  readonly files: CheckpointFiles;
  /** Whether an adapter lies beside the weights and is not read. */
  readonly leavesAdapter: boolean;
  /** How tokens become an embedding where the run does not say, known once all checkpoints are opened. */
  readonly pooling?: Pooling | undefined;
}

/** Model type of ready embeddings that no config.json lies beside. */
const UNKNOWN = 'unknown';
const CONFIG = 'config.json';
/** Stands for the class of an adapter that has a head of its own and does not name it. */
const OWN_HEAD = 'ForImageClassification';

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
    const readConfig = openConfigs();
    for (const each of await findCheckpoints(folder, wanted))
      found.push(await openCheckpoint(each, options, readConfig));
    const opened = found.map((checkpoint) => settlePooling(checkpoint, found.at(-1)!, options));
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
      ...noteUnusedAdapters(opened),
      ...(await noteUnusedColumns(checkpoints, options)),
      ...ofHistory,
      ...(await noteDifferences(opened)),
    ];
    const gaps = lossGaps.length === 0 ? undefined : lossGaps;
    return { run, folder, checkpoints, losses, lossGaps: gaps, evaluations, classNames, notices };
  });
}

/** Notes models beside the checkpoints and their bases, such as `checkpoint-best`, where nobody chose these. */
export async function noteUnusedModels(
  folder: string,
  checkpoints: readonly Pick<Checkpoint, 'folder' | 'base'>[],
  { checkpoints: chosen, ready }: Pick<TrainerRunOptions, 'checkpoints' | 'ready'>,
): Promise<Notice[]> {
  if (chosen !== undefined) return [];
  const used = new Set(checkpoints.flatMap(({ folder: own, base }) => [own, base]));
  const models = await listModelsIn(folder, '.', ready.names);
  const unused = models.filter((name) => !used.has(join(folder, name)));
  return unused.length === 0 ? [] : [makeNotice('CheckpointsNotUsed', unused, {})];
}

/** Notes adapters that are not read, since the checkpoint has whole weights too. */
export function noteUnusedAdapters(opened: readonly OpenedCheckpoint[]): Notice[] {
  const names = opened.filter((checkpoint) => checkpoint.leavesAdapter).map(({ name }) => name);
  return names.length === 0 ? [] : [makeNotice('AdapterNotUsed', names, {})];
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
    const present = new Set(await readdir(folder));
    const leaves = leavesAdapter(present);
    const isAlone = isAdapter(present) && !leaves && options.embedding?.from !== 'stored';
    const adapter = isAlone ? await openAdapter(found, options) : undefined;
    const config = await readOwnConfig(folder, adapter, options, readConfig);
    const files = await findFiles(folder, {
      ...(options.embedding ?? { from: 'auto', dtype: 'auto' }),
      canBuild: config?.modelType === undefined || (options.canBuild?.(config.modelType) ?? true),
      readyFiles: options.ready.names,
      adapter,
      note: (path) => note(path, options),
    });
    const opened = { ...found, files, leavesAdapter: leaves };
    const [file] = files.files;
    if (files.form === 'embeddings' && file !== undefined) {
      const hiddenSize = await options.ready.measure(join(folder, file));
      const { modelType = UNKNOWN, classNames = [], classes = [] } = config ?? {};
      return { ...opened, config: { modelType, hiddenSize, classNames, classes } };
    }
    const said = config ?? (await readConfig(join(folder, CONFIG)));
    if (files.outputs === undefined) return { ...opened, config: requireModel(said) };
    const hiddenSize = await measureTokens(folder, files, said, options);
    return { ...opened, config: requireModel({ ...said, hiddenSize }) };
  });
}

/** Width of a token of an export; where nothing says it the export is run. */
async function measureTokens(
  folder: string,
  { files, outputs = new Map() }: CheckpointFiles,
  config: PartialConfig,
  { embedding, embeddingWidth, measureExport }: TrainerRunOptions,
): Promise<number | undefined> {
  const pooling = embedding?.pooling;
  const known = findExportWidth(config, outputs, pooling);
  if (known !== undefined || measureExport === undefined) return known;
  const width = await measureExport(folder, files, pooling);
  return width / (embeddingWidth?.(1, pooling) ?? 1);
}

/** What is read is noted first, so that its digest is of what was read. */
async function note(path: string, { noteFile }: TrainerRunOptions): Promise<void> {
  await noteFile?.(path).catch(() => undefined); // its reader says what is wrong
}

async function openAdapter(
  { folder, name: below }: CheckpointFolder,
  options: TrainerRunOptions,
): Promise<AdapterFiles> {
  const runFolder = below === '.' ? folder : resolve(folder, ...below.split('/').map(() => '..'));
  for (const name of [ADAPTER_CONFIG, ADAPTER_WEIGHTS]) await note(join(folder, name), options);
  return openAdapterFiles(folder, options.bases ?? { roots: [runFolder] });
}

/** The checkpoint's config.json, or that of an adapter's base with what the adapter has of its own. */
async function readOwnConfig(
  folder: string,
  adapter: AdapterFiles | undefined,
  options: TrainerRunOptions,
  readConfig: ReadConfig,
): Promise<PartialConfig | undefined> {
  const path = join(folder, CONFIG);
  if (await exists(path)) {
    await note(path, options);
    return readConfig(path);
  }
  if (adapter?.base === undefined) return undefined;
  await note(join(adapter.base, CONFIG), options);
  const config = await readConfig(join(adapter.base, CONFIG));
  const { modelClass, classes } = adapter;
  const hasNames = classes === undefined || classes === config.classNames.length;
  return {
    ...config,
    classNames: hasNames ? config.classNames : [],
    classes:
      modelClass === undefined
        ? [...config.classes, ...(classes === undefined ? [] : [OWN_HEAD])]
        : [modelClass],
  };
}

/**
 * A checkpoint whose embeddings are pooled as the classifier of the last one reads tokens: all frames of a run show the
 * same of their models.
 */
export function settlePooling(
  checkpoint: OpenedCheckpoint,
  last: OpenedCheckpoint,
  { embedding, classifierPooling, embeddingWidth }: TrainerRunOptions,
): OpenedCheckpoint {
  const { files, config } = checkpoint;
  if (files.form === 'embeddings') return checkpoint;
  const read = classifierPooling?.(last.config.modelType, last.config.classes);
  // The first token is what models without a classifier give too: it is no choice that a key has to tell apart.
  const pooling = embedding?.pooling === undefined && read !== 'cls' ? read : undefined;
  const hiddenSize = embeddingWidth?.(config.hiddenSize, embedding?.pooling ?? read) ?? config.hiddenSize;
  return { ...checkpoint, pooling, config: { ...config, hiddenSize } };
}

/**
 * Describes an opened checkpoint; its files are hashed.
 * @throws EmbeddingAnimationError with its step
 */
export async function describeCheckpoint(
  run: string,
  { step, folder, config, files, pooling }: OpenedCheckpoint,
  summary: StepSummary,
  options: TrainerRunOptions,
): Promise<Checkpoint> {
  return withPlace({ step }, async () => ({
    digest: await digestFiles(folder, files, options.hashFile ?? hashFile, pooling), // before anything is read of them
    run,
    step,
    folder,
    ...summary,
    modelType: config.modelType,
    hiddenSize: config.hiddenSize,
    parameters: ['weights', 'adapter'].includes(files.form)
      ? await options.countParameters(folder, files.base)
      : 0,
    bytes: files.bytes,
    form: files.form,
    files: files.files,
    ...(files.base !== undefined && { base: files.base }),
    ...(pooling !== undefined && { pooling }),
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
