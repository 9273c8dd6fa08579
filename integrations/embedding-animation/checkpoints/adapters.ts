/** Adapters of PEFT as checkpoints: where the model lies that they add to, and what they say of it. */
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { readRegularFile } from '../files.ts';
import { isRecord, readJson } from '../formats/json.ts';
import {
  countNumbers,
  readSafetensorsHeader,
  SHARD_INDEX,
  WEIGHTS_FILE,
} from '../formats/safetensors/index.ts';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS, MODEL_CONFIG } from '../formats/model-files.ts';

const ADAPTER_PICKLE = 'adapter_model.bin';

/** A folder with a model in it, listed. */
export interface ModelFolder {
  readonly folder: string;
  /** Names of what lies in it. */
  readonly names: ReadonlySet<string>;
}

/** Lists a folder. */
export async function listModelFolder(folder: string): Promise<ModelFolder> {
  return { folder, names: new Set(await readdir(folder)) };
}

/** Where models may lie that adapters were trained on. */
export interface BaseSearch {
  /** Folder that run.yaml names. */
  readonly base?: string | undefined;
  /** Folders that relative paths start at, the first that fits counts; the adapter's own comes before them. */
  readonly roots: readonly string[];
  /**
   * Folder of Hugging Face's cache of models.
   * @default it is not looked at
   */
  readonly hubCache?: string | undefined;
  /** Lists a folder. Give one that remembers to list the base of many adapters once. */
  readonly list?: (folder: string) => Promise<ModelFolder>;
}

/** An adapter's files as far as they decide which model it is. */
export interface AdapterFiles {
  /** The model that it adds to; `undefined` where it was not found. */
  readonly base: ModelFolder | undefined;
  /** What was looked for, as it is named. */
  readonly baseName: string;
  /** Class that was trained, where the adapter says it. */
  readonly modelClass: string | undefined;
  /** Number of classes of its own head; `undefined` where it has none. */
  readonly classes: number | undefined;
  /** How many numbers it holds itself. */
  readonly parameters: number;
}

const WEIGHTS = [WEIGHTS_FILE, SHARD_INDEX];
/** A name on the hub, such as `google/vit-base-patch16-224`. */
const HUB_NAME = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)?$/;
const COMMIT = /^[\w.-]+$/;
const HEAD = /(?:^|\.)classifier(?:\.modules_to_save)?\.weight$/;

/** Whether the files named `present` are those of an adapter. */
export function isAdapter(present: ReadonlySet<string>): boolean {
  return present.has(ADAPTER_CONFIG) && present.has(ADAPTER_WEIGHTS);
}

/**
 * Reads what the adapter in `folder` says of its model, and looks for that.
 * @throws EmbeddingAnimationError `AdapterInvalid`, `SafetensorsInvalid`
 */
export async function openAdapterFiles(folder: string, search: BaseSearch): Promise<AdapterFiles> {
  const value = await readJson(join(folder, ADAPTER_CONFIG), 'AdapterInvalid');
  const config = isRecord(value) ? value : {};
  const { base_model_name_or_path: configured, revision, auto_mapping: mapping } = config;
  const baseName = search.base ?? (typeof configured === 'string' ? configured : '');
  const modelClass = isRecord(mapping) ? mapping['base_model_class'] : undefined;
  const table = await readSafetensorsHeader(join(folder, ADAPTER_WEIGHTS), { file: ADAPTER_WEIGHTS });
  const head = [...table.values()].find(({ name }) => HEAD.test(name));
  return {
    base: await findBase(folder, baseName, typeof revision === 'string' ? revision : 'main', search),
    baseName,
    modelClass: typeof modelClass === 'string' ? modelClass : undefined,
    classes: head?.shape[0],
    parameters: countNumbers(table.values()),
  };
}

/** The error for an adapter that can't be used, of those that `present` may hold. */
export function adapterProblem(
  present: ReadonlySet<string>,
  adapter: AdapterFiles | undefined,
): EmbeddingAnimationError | undefined {
  if (adapter !== undefined)
    return makeError('AdapterInvalid', 'noBase', { base: adapter.baseName }, { file: ADAPTER_CONFIG });
  if (!present.has(ADAPTER_CONFIG) || !present.has(ADAPTER_PICKLE)) return undefined;
  return makeError('AdapterInvalid', 'onlyPickle', undefined, { file: ADAPTER_PICKLE });
}

async function findBase(
  folder: string,
  name: string,
  revision: string,
  { base, roots, hubCache, list = listModelFolder }: BaseSearch,
): Promise<ModelFolder | undefined> {
  if (name === '') return undefined;
  const starts = base === undefined ? [folder, ...roots] : roots;
  const paths = isAbsolute(name) ? [name] : starts.map((start) => resolve(start, name));
  const cached = hubCache === undefined ? undefined : await findCached(hubCache, name, revision);
  for (const path of [...paths, ...(cached === undefined ? [] : [cached])]) {
    const found = await list(path).catch(() => undefined);
    if (found !== undefined && holdsWeights(found)) return found;
  }
  return undefined;
}

/** The folder in Hugging Face's cache that a name and a revision stand for. */
async function findCached(hubCache: string, name: string, revision: string): Promise<string | undefined> {
  if (!HUB_NAME.test(name) || !COMMIT.test(revision)) return undefined;
  const model = join(hubCache, `models--${name.replaceAll('/', '--')}`);
  const commit = await readRegularFile(join(model, 'refs', revision)).then(
    (bytes) => bytes.toString('utf8').trim(),
    () => revision,
  );
  return COMMIT.test(commit) ? join(model, 'snapshots', commit) : undefined;
}

function holdsWeights({ names }: ModelFolder): boolean {
  return names.has(MODEL_CONFIG) && WEIGHTS.some((name) => names.has(name));
}
