/** The files of a checkpoint that decide its embeddings: of which form they are, their size, their digest. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointForm } from '../contracts.ts';
import { EmbeddingAnimationError, makeError, makeFileError } from '../errors.ts';
import { isRecord, readJson } from '../formats/json.ts';
import { readShardIndex, SHARD_INDEX, WEIGHTS_FILE } from '../formats/safetensors/index.ts';
import {
  ADAPTER_CONFIG,
  ADAPTER_WEIGHTS,
  IMAGE_PROCESSOR_CONFIG,
  MODEL_CONFIG,
  PROCESSOR_CONFIG,
} from '../formats/model-files.ts';
import type { EmbeddingOptions } from '../options/index.ts';
import { adapterProblem, isAdapter, type AdapterFiles, type ModelFolder } from './adapters.ts';
import { findOnnx, listOnnxFolder, listOnnxModels, type OnnxExport } from './onnx-files.ts';
import { describeOtherLayout } from './unsupported-layouts.ts';

/** What a checkpoint's embeddings are made from. */
export interface CheckpointFiles {
  readonly form: Exclude<CheckpointForm, 'packed'>;
  /** Paths below the checkpoint's folder, in a stable order; an ONNX model comes before its external data. */
  readonly files: readonly string[];
  /** Their size in bytes. */
  readonly bytes: number;
  /** The adapter that the checkpoint is, with the model that it adds to. */
  readonly adapter?: AdapterFiles & { readonly base: ModelFolder };
  /** Of an ONNX export: shapes of its outputs by name, as far as they are fixed. */
  readonly outputs?: OnnxExport['outputs'];
}

/** What the choice between several forms depends on. */
export interface FormChoice extends Pick<EmbeddingOptions, 'from' | 'dtype'> {
  /** Whether the architecture can be built from safetensors. */
  readonly canBuild: boolean;
  /** Names of ready embeddings; the first that is there counts. */
  readonly readyFiles: readonly string[];
  /** The adapter that the checkpoint is, where it is one and has no weights of its own. */
  readonly adapter?: AdapterFiles | undefined;
  /** Called before a file is read whose digest is asked for later. @default nothing */
  readonly note?: (path: string) => Promise<void>;
}

/** What a choice falls on; an adapter counts as weights. */
type Form = Exclude<CheckpointFiles['form'], 'adapter'>;

const DESCRIPTIONS = [MODEL_CONFIG, IMAGE_PROCESSOR_CONFIG];

/**
 * Finds what a checkpoint's embeddings are made from: weights, an ONNX export, or ready embeddings, whichever
 * `choice` asks for, else the first of them that is there and can be used.
 * @throws EmbeddingAnimationError `CheckpointInvalid` when there is nothing, or a shard is missing; `AdapterInvalid` for
 * an adapter without its base; `DtypeUnavailable`
 */
export async function findFiles(model: ModelFolder, choice: FormChoice): Promise<CheckpointFiles> {
  const { folder, names: present } = model;
  const exported = await listOnnxFolder(folder);
  const ready = choice.readyFiles.find((name) => present.has(name));
  const there = {
    weights: hasWeights(present) || choice.adapter?.base !== undefined,
    onnx: listOnnxModels(exported).length > 0,
    embeddings: ready !== undefined,
  };
  const form = chooseForm(there, choice);
  if (form === undefined || !there[form]) throw await nothingThere(model, choice);
  if (form === 'onnx') {
    const { files, outputs } = await findOnnx(folder, exported, choice.dtype, choice.note);
    return { ...(await measure(folder, form, files)), outputs };
  }
  if (form === 'embeddings') return measure(folder, form, ready === undefined ? [] : [ready]);
  const { adapter } = choice;
  if (adapter?.base !== undefined) {
    const { base } = adapter;
    return { ...(await measure(folder, 'adapter', [ADAPTER_WEIGHTS])), adapter: { ...adapter, base } };
  }
  return measure(folder, form, await listWeights(model));
}

/** Whether a checkpoint with the files `present` has weights of its own. */
function hasWeights(present: ReadonlySet<string>): boolean {
  return present.has(WEIGHTS_FILE) || present.has(SHARD_INDEX);
}

/** Whether an adapter lies there that is not read, since whole weights lie beside it. */
export function leavesAdapter(present: ReadonlySet<string>): boolean {
  return isAdapter(present) && hasWeights(present);
}

/** A dtype that weights can't be computed in asks for an export, and so does an architecture that can't be built. */
function chooseForm(there: Readonly<Record<Form, boolean>>, choice: FormChoice): Form | undefined {
  const { from, dtype, canBuild } = choice;
  if (from !== 'auto') return from === 'stored' ? 'embeddings' : from;
  if (there.weights && canBuild && (dtype === 'auto' || dtype === 'fp32')) return 'weights';
  if (there.onnx) return 'onnx';
  if (there.weights && canBuild) return 'weights'; // opening them says that they have no such dtype
  if (there.embeddings) return 'embeddings';
  return there.weights ? 'weights' : undefined; // opening them says that the architecture can't be built
}

/** The index of shards says which of them a tensor is taken from. */
async function listDecidingWeights(model: ModelFolder): Promise<string[]> {
  const files = await listWeights(model);
  return files.includes(WEIGHTS_FILE) ? files : [SHARD_INDEX, ...files];
}

/** Names of the files that the weights of a model lie in. */
async function listWeights({ folder, names: present }: ModelFolder): Promise<string[]> {
  if (present.has(WEIGHTS_FILE)) return [WEIGHTS_FILE];
  const index = await readShardIndex(folder, 'CheckpointInvalid', { hint: 'shardIndex' });
  const names = [...new Set(index.values())];
  if (names.length === 0)
    throw makeError('CheckpointInvalid', 'noWeightMap', undefined, { file: SHARD_INDEX });
  const missing = names.find((shard) => !present.has(shard));
  if (missing === undefined) return names.sort();
  throw makeError('CheckpointInvalid', 'shardMissing', { shard: missing }, { file: SHARD_INDEX });
}

async function measure(
  folder: string,
  form: CheckpointFiles['form'],
  files: readonly string[],
): Promise<CheckpointFiles> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return { form, files, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * One sha256 (hex) over the names and contents of the files, after those of config.json and the image processor's file
 * where they decide anything: ready embeddings need neither. Of an adapter the files of its base follow.
 * @param pooling what decides embeddings beside the files: how tokens are pooled that the model alone would not be
 */
export async function digestFiles(
  model: ModelFolder,
  { form, files, adapter }: CheckpointFiles,
  hash: (path: string) => Promise<string>,
  pooling?: string,
): Promise<string> {
  const digest = createHash('sha256');
  const descriptions = form === 'embeddings' ? [] : await listDescriptions(model);
  const isSharded = form === 'weights' && !files.includes(WEIGHTS_FILE);
  const base = adapter?.base;
  const own = base === undefined ? (isSharded ? [SHARD_INDEX, ...files] : files) : [ADAPTER_CONFIG, ...files];
  const hashIn = (place: string, file: string): Promise<string> =>
    hash(join(place, file)).catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
  for (const file of [...descriptions, ...own])
    digest.update(`${file}\0${await hashIn(model.folder, file)}\n`);
  if (base !== undefined) {
    for (const file of [...(await listDescriptions(base)), ...(await listDecidingWeights(base))]) {
      digest.update(`base/${file}\0${await hashIn(base.folder, file)}\n`);
    }
  }
  if (pooling !== undefined) digest.update(`pooling\0${pooling}\n`);
  return digest.digest('hex');
}

/** The error that the file's reader would have thrown. */
function unreadable(file: string, cause: unknown): unknown {
  if (cause instanceof EmbeddingAnimationError) return cause;
  const name =
    file === MODEL_CONFIG
      ? 'ConfigInvalid'
      : DESCRIPTIONS.includes(file) || file === PROCESSOR_CONFIG
        ? 'ProcessorInvalid'
        : file.endsWith('.safetensors')
          ? 'SafetensorsInvalid'
          : 'CheckpointInvalid';
  return makeFileError(name, 'unreadable', undefined, { file, cause });
}

async function listDescriptions(model: ModelFolder): Promise<string[]> {
  const names = DESCRIPTIONS.filter((name) => model.names.has(name));
  return (await holdsImageProcessor(model)) ? [...names, PROCESSOR_CONFIG] : names;
}

/**
 * Whether processor_config.json decides images: where it holds their processor itself, which versions before transformers 5
 * left out. What can't be read is for the reader to refuse, and counts.
 */
async function holdsImageProcessor({ folder, names }: ModelFolder): Promise<boolean> {
  if (!names.has(PROCESSOR_CONFIG)) return false;
  const value = await readJson(join(folder, PROCESSOR_CONFIG), 'ProcessorInvalid').catch(() => undefined);
  return !isRecord(value) || isRecord(value['image_processor']);
}

async function nothingThere(
  { folder, names: present }: ModelFolder,
  { from, readyFiles, adapter }: FormChoice,
): Promise<EmbeddingAnimationError> {
  const known = from === 'auto' || from === 'weights' ? adapterProblem(present, adapter) : undefined;
  if (known !== undefined) return known;
  const wanted = { weights: [WEIGHTS_FILE], onnx: ['onnx/model.onnx'], stored: readyFiles };
  const names = from === 'auto' ? Object.values(wanted).flat() : wanted[from];
  const facts = { wanted: names.length === 1 ? `no ${names[0]!}` : `none of ${names.join(', ')}` };
  const other =
    from === 'auto' || from === 'weights' ? await describeOtherLayout(folder, present) : undefined;
  return other === undefined
    ? makeError('CheckpointInvalid', 'nothingThere', facts)
    : makeError('CheckpointInvalid', 'otherLayout', { ...facts, ...other });
}
