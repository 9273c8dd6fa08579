/** What a run needs of a checkpoint's config.json. The embedding room reads the rest. */
import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { decodeJson, isRecord, readJsonBytes } from '../formats/json.ts';
import { MODEL_CONFIG } from '../formats/model-files.ts';
import type { OnnxExport } from './onnx-files.ts';

/** A model as its config.json names it. */
export interface ModelConfig {
  /** `model_type`, such as `vit`. */
  readonly modelType: string;
  /**
   * Width of a token, and of ready embeddings: `hidden_size`, that of `vision_config` where a model has a text encoder too, or the last of
   * `hidden_sizes` where it narrows stage by stage.
   */
  readonly hiddenSize: number;
  /** `id2label` in index order; empty where there is none. */
  readonly classNames: readonly string[];
  /** `architectures`: classes of transformers that the model can be loaded as. */
  readonly classes: readonly string[];
}

/** The same as far as the file says it. */
export type PartialConfig = Pick<ModelConfig, 'classNames' | 'classes'> & {
  readonly [Key in 'modelType' | 'hiddenSize']: ModelConfig[Key] | undefined;
};

/**
 * Reads a config.json; keys that are not needed may be anything.
 * @throws EmbeddingAnimationError `ConfigInvalid`
 */
export type ReadConfig = (path: string) => Promise<PartialConfig>;

/**
 * A reader for one checkpoint of a run after the other, whose configs are nearly always the same: one with the bytes of
 * the one before is not parsed again, and names of classes that are the same are in memory once, however many
 * checkpoints have them.
 */
export function openConfigReader(): ReadConfig {
  let last: { readonly bytes: Buffer; readonly config: PartialConfig } | undefined;
  return async (path) => {
    const bytes = await readJsonBytes(path, 'ConfigInvalid', { hint: 'config' });
    if (last?.bytes.equals(bytes) === true) return last.config;
    const read = parseModelConfig(bytes);
    const known = last?.config.classNames ?? [];
    const config = hasSameNames(known, read.classNames) ? { ...read, classNames: known } : read;
    last = { bytes, config };
    return config;
  };
}

function hasSameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

function parseModelConfig(bytes: Uint8Array): PartialConfig {
  const config = decodeJson(bytes, 'ConfigInvalid', { hint: 'config', file: MODEL_CONFIG });
  if (!isRecord(config)) throw invalid('notAnObject', undefined);
  const modelType = config['model_type'];
  const hiddenSize = findHiddenSize(config);
  return {
    modelType: typeof modelType === 'string' && modelType !== '' ? modelType : undefined,
    hiddenSize:
      typeof hiddenSize === 'number' && Number.isSafeInteger(hiddenSize) && hiddenSize > 0
        ? hiddenSize
        : undefined,
    classNames: readClassNames(config['id2label']),
    classes: readClasses(config['architectures']),
  };
}

function readClasses(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/**
 * The config of a model that is to be run.
 * @throws EmbeddingAnimationError `ConfigInvalid` where it does not name its type or its width
 */
export function requireModel({ modelType, hiddenSize, ...rest }: PartialConfig): ModelConfig {
  if (modelType === undefined) throw invalid('noModelType', undefined);
  if (hiddenSize === undefined) throw invalid('noHiddenSize', undefined);
  return { modelType, hiddenSize, ...rest };
}

/**
 * Width of what an ONNX export gives, whatever config.json says.
 * @param outputs shapes of its outputs as far as they are fixed
 * @param pooling which of the outputs an embedding is made of
 * @returns `undefined` where neither the shapes nor config.json say it
 */
export function findExportWidth(
  { hiddenSize }: PartialConfig,
  outputs: OnnxExport['outputs'],
  pooling: string | undefined,
): number | undefined {
  return measureOutput(outputs, pooling) ?? hiddenSize ?? measureOutput(outputs, 'pooler');
}

/** Tokens are `[batch × tokens × d]`, maps `[batch × d × height × width]`, what a pooler gives `[batch × d]`. */
function measureOutput(
  outputs: OnnxExport['outputs'] | undefined,
  pooling: string | undefined,
): number | undefined {
  const axes = outputs?.get(pooling === 'pooler' ? 'pooler_output' : 'last_hidden_state');
  if (axes === undefined) return undefined;
  const isPooled = pooling === 'pooler';
  if (isPooled) return axes[1];
  if (axes.length === 3) return axes[2];
  return axes.length === 4 ? axes[1] : undefined;
}

/** The default of every vision config of transformers; those of published models leave defaults out. */
const DEFAULT_VISION_SIZE = 768;

/** Names of the same in configs that have no `hidden_size`, those of timm and of a backbone among them. */
const OTHER_NAMES = ['num_features', 'd_model', 'embed_dim', 'hidden_dim', 'dim', 'width'];
const INNER_CONFIGS = ['vision_config', 'backbone_config', 'encoder', 'model_args'];

function findHiddenSize(config: Readonly<Record<string, unknown>>): unknown {
  const { hidden_size: own, hidden_sizes: sizes, vision_config: vision } = config;
  if (own !== undefined) return own;
  if (isRecord(vision)) return vision['hidden_size'] ?? findOtherName(vision) ?? DEFAULT_VISION_SIZE;
  const last: unknown = Array.isArray(sizes) ? sizes.at(-1) : undefined;
  return last ?? findOtherName(config) ?? findInside(config);
}

function findOtherName(config: Readonly<Record<string, unknown>>): unknown {
  const name = OTHER_NAMES.find((each) => typeof config[each] === 'number');
  return name === undefined ? undefined : config[name];
}

function findInside(config: Readonly<Record<string, unknown>>): unknown {
  const inner = INNER_CONFIGS.map((key) => config[key]).find(isRecord);
  return inner === undefined ? undefined : (inner['hidden_size'] ?? findOtherName(inner));
}

/** Keys are decimal indices as text, and JSON objects have no order: sorted as numbers, without a hole. */
function readClassNames(id2label: unknown): string[] {
  if (id2label === undefined || id2label === null) return [];
  if (!isRecord(id2label)) throw invalid('labelsNotAnObject', undefined);
  const classes = Object.keys(id2label).length;
  return Array.from({ length: classes }, (_, index) => {
    const name = id2label[String(index)];
    if (name === undefined) throw invalid('labelMissing', { classes, index });
    if (typeof name !== 'string' || name === '') throw invalid('labelUnnamed', { index });
    return name;
  });
}

function invalid<Case extends CaseName<'ConfigInvalid'>>(
  caseName: Case,
  facts: CaseFacts<'ConfigInvalid', Case>,
): EmbeddingAnimationError {
  return makeError('ConfigInvalid', caseName, facts, { file: MODEL_CONFIG });
}
