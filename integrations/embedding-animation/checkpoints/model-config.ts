/** What a run needs of a checkpoint's config.json. The embedding room reads the rest. */
import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { isRecord, readJson } from '../formats/json.ts';

/** A model as its config.json names it. */
export interface ModelConfig {
  /** `model_type`, such as `vit`. */
  readonly modelType: string;
  /**
   * Width of an embedding: `hidden_size`, that of `vision_config` where a model has a text tower too, or the last of
   * `hidden_sizes` where it narrows stage by stage.
   */
  readonly hiddenSize: number;
  /** `id2label` in index order; empty where there is none. */
  readonly classNames: readonly string[];
}

/** The same as far as the file says it. */
export type PartialConfig = Pick<ModelConfig, 'classNames'> & {
  readonly [Key in 'modelType' | 'hiddenSize']: ModelConfig[Key] | undefined;
};

/**
 * Reads a config.json; keys that are not needed may be anything.
 * @throws EmbeddingAnimationError `ConfigInvalid`
 */
export async function readModelConfig(path: string): Promise<PartialConfig> {
  const config = await readJson(path, 'ConfigInvalid', { hint: 'config' });
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
  };
}

/**
 * The config of a model that is to be run.
 * @throws EmbeddingAnimationError `ConfigInvalid` where it does not name its type or its width
 */
export function requireModel({ modelType, hiddenSize, classNames }: PartialConfig): ModelConfig {
  if (modelType === undefined) throw invalid('noModelType', undefined);
  if (hiddenSize === undefined) throw invalid('noHiddenSize', undefined);
  return { modelType, hiddenSize, classNames };
}

/** The default of every vision config of transformers; those of published models leave defaults out. */
const DEFAULT_VISION_SIZE = 768;

function findHiddenSize(config: Readonly<Record<string, unknown>>): unknown {
  const { hidden_size: own, hidden_sizes: sizes, vision_config: vision } = config;
  if (own !== undefined) return own;
  if (isRecord(vision)) return vision['hidden_size'] ?? DEFAULT_VISION_SIZE;
  return Array.isArray(sizes) ? sizes.at(-1) : undefined;
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
  return makeError('ConfigInvalid', caseName, facts, { file: 'config.json' });
}
