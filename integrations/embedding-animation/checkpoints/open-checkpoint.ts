/** One checkpoint, opened: its folder listed, its config.json parsed and headers read once, its weights not loaded. */
import { join, resolve } from 'node:path';
import { makeError, withPlace } from '../errors.ts';
import { exists } from '../files.ts';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS, MODEL_CONFIG } from '../formats/model-files.ts';
import type { CheckpointsOption, EmbeddingOptions } from '../options/index.ts';
import {
  isAdapter,
  listModelFolder,
  openAdapterFiles,
  type AdapterFiles,
  type BaseSearch,
  type ModelFolder,
} from './adapters.ts';
import { findFiles, leavesAdapter, type CheckpointFiles } from './checkpoint-files.ts';
import type { CheckpointFolder } from './find-checkpoints.ts';
import {
  findExportWidth,
  openConfigReader,
  requireModel,
  type ModelConfig,
  type PartialConfig,
  type ReadConfig,
} from './model-config.ts';

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
  /** Number of weights in the safetensors files of a model's folder, in which files of these `names` lie. */
  readonly countParameters: (folder: string, names: ReadonlySet<string>) => Promise<number>;
  /** Where the models lie that adapters were trained on. @default beside the adapter, or in the run's folder */
  readonly bases?: BaseSearch;
  /** Files of ready embeddings: their names, the first that is there counts, and what one says of itself. */
  readonly ready: {
    readonly names: readonly string[];
    /** Names of files with the logits that belong to them; the first that is there counts. @default none are read */
    readonly logits?: readonly string[];
    /** Opens a file: how wide an embedding is, and names of what it holds beside the embeddings. */
    readonly open: (path: string) => Promise<{ readonly cols: number; readonly unused?: readonly string[] }>;
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

/** What checkpoints of a run may have in common, read once: configs of the same bytes, and the bases of adapters. */
export interface SharedReads {
  readonly readConfig: ReadConfig;
  readonly listBase: (folder: string) => Promise<ModelFolder>;
  /** Number of weights of a base. */
  readonly countBase: (base: ModelFolder) => Promise<number>;
}

/** One checkpoint's folder and what its files say, before the history is known. */
export interface OpenedCheckpoint extends CheckpointFolder, ModelFolder {
  readonly config: ModelConfig;
  readonly files: CheckpointFiles;
  /** What a file of ready embeddings holds beside them. */
  readonly unused: readonly string[];
  /** Whether an adapter lies beside the weights and is not read. */
  readonly leavesAdapter: boolean;
  /** How tokens become an embedding where the run does not say, known once all checkpoints are opened. */
  readonly pooling?: Pooling | undefined;
  /** Known with it; that of a token before. */
  readonly embeddingWidth: number;
}

/** Model type of ready embeddings that no config.json lies beside. */
const UNKNOWN = 'unknown';
/** Stands for the class of an adapter that has a head of its own and does not name it. */
const OWN_HEAD = 'ForImageClassification';

/** For one run, whose checkpoints are opened one after the other. */
export function openSharedReads({
  countParameters,
}: Pick<TrainerRunOptions, 'countParameters'>): SharedReads {
  const count = readOnce((folder, names: ReadonlySet<string>) => countParameters(folder, names));
  return {
    readConfig: openConfigReader(),
    listBase: readOnce(listModelFolder),
    countBase: ({ folder, names }) => count(folder, names),
  };
}

/** `read`, which is called once for each folder. */
function readOnce<Rest extends readonly unknown[], Read>(
  read: (folder: string, ...rest: Rest) => Promise<Read>,
): (folder: string, ...rest: Rest) => Promise<Read> {
  const known = new Map<string, Promise<Read>>();
  return (folder, ...rest) => {
    const found = known.get(folder) ?? read(folder, ...rest);
    known.set(folder, found);
    return found;
  };
}

/**
 * Reads what a checkpoint's files say, but not the weights.
 * @throws EmbeddingAnimationError with its step
 */
export async function openCheckpoint(
  found: CheckpointFolder,
  options: TrainerRunOptions,
  shared: SharedReads,
): Promise<OpenedCheckpoint> {
  const { step, folder } = found;
  return withPlace({ step }, async () => {
    const model = await listModelFolder(folder);
    const { names } = model;
    const leaves = leavesAdapter(names);
    const isAlone = isAdapter(names) && !leaves && options.embedding?.from !== 'stored';
    const adapter = isAlone ? await openAdapter(found, options, shared) : undefined;
    const config = await readOwnConfig(model, adapter, options, shared);
    const files = await findFiles(model, {
      ...(options.embedding ?? { from: 'auto', dtype: 'auto' }),
      canBuild: config?.modelType === undefined || (options.canBuild?.(config.modelType) ?? true),
      readyFiles: options.ready.names,
      adapter,
      note: (path) => note(path, options),
    });
    const opened = { ...found, names, files, leavesAdapter: leaves, unused: [] };
    const [file] = files.files;
    if (files.form === 'embeddings' && file !== undefined) {
      const { cols: hiddenSize, unused = [] } = await options.ready.open(join(folder, file));
      const { modelType = UNKNOWN, classNames = [], classes = [] } = config ?? {};
      const own = { modelType, hiddenSize, classNames, classes };
      return { ...opened, unused, config: own, embeddingWidth: hiddenSize };
    }
    const partial = config ?? (await shared.readConfig(join(folder, MODEL_CONFIG)));
    const hiddenSize =
      files.outputs === undefined ? partial.hiddenSize : await measureTokens(folder, files, partial, options);
    const own = requireModel({ ...partial, hiddenSize });
    return { ...opened, config: own, embeddingWidth: own.hiddenSize };
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
  { listBase }: SharedReads,
): Promise<AdapterFiles> {
  const runFolder = below === '.' ? folder : resolve(folder, ...below.split('/').map(() => '..'));
  for (const name of [ADAPTER_CONFIG, ADAPTER_WEIGHTS]) await note(join(folder, name), options);
  return openAdapterFiles(folder, { ...(options.bases ?? { roots: [runFolder] }), list: listBase });
}

/** The checkpoint's config.json, or that of an adapter's base with what the adapter has of its own. */
async function readOwnConfig(
  { folder, names }: ModelFolder,
  adapter: AdapterFiles | undefined,
  options: TrainerRunOptions,
  { readConfig }: SharedReads,
): Promise<PartialConfig | undefined> {
  const path = join(folder, MODEL_CONFIG);
  if (names.has(MODEL_CONFIG) && (await exists(path))) {
    await note(path, options);
    return readConfig(path);
  }
  if (adapter?.base === undefined) return undefined;
  const ofBase = join(adapter.base.folder, MODEL_CONFIG);
  await note(ofBase, options);
  const config = await readConfig(ofBase);
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
export function poolLikeClassifier(
  checkpoint: OpenedCheckpoint,
  last: OpenedCheckpoint,
  { embedding, classifierPooling, embeddingWidth: widthOf }: TrainerRunOptions,
): OpenedCheckpoint {
  const { files, config } = checkpoint;
  if (files.form === 'embeddings') return checkpoint;
  const read = classifierPooling?.(last.config.modelType, last.config.classes);
  // The first token is what models without a classifier give too: it is no choice that a key has to tell apart.
  const pooling = embedding?.pooling === undefined && read !== 'cls' ? read : undefined;
  const embeddingWidth = widthOf?.(config.hiddenSize, embedding?.pooling ?? read) ?? config.hiddenSize;
  return { ...checkpoint, pooling, embeddingWidth };
}

/** @throws EmbeddingAnimationError `CheckpointsDiffer` where the model is not that of the last checkpoint */
export function checkSameModel(checkpoint: OpenedCheckpoint, last: OpenedCheckpoint): void {
  const { step, config, files, embeddingWidth } = checkpoint;
  const { modelType } = config;
  const isSameType =
    [modelType, last.config.modelType].includes(UNKNOWN) || modelType === last.config.modelType;
  if (isSameType && embeddingWidth === last.embeddingWidth) return;
  const models = {
    modelType,
    hiddenSize: embeddingWidth,
    lastStep: last.step,
    lastModelType: last.config.modelType,
    lastHiddenSize: last.embeddingWidth,
  };
  const file = files.form === 'embeddings' ? files.files[0] : MODEL_CONFIG;
  throw makeError('CheckpointsDiffer', 'differ', models, { step, file });
}
