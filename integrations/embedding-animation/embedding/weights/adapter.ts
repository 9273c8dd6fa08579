/**
 * An adapter of PEFT beside a model that stayed as it was: low-rank additions to its layers (LoRA, Hu et al. 2021;
 * rank-stabilised, Kalajdzievski 2023; DoRA, Liu et al. 2024), and whole tensors in the place of the model's.
 */
import { join } from 'node:path';
import { makeError, type ErrorPlace } from '../../errors.ts';
import { readSafetensorsHeader, type StoredTensor } from '../../formats/safetensors/index.ts';
import { readAdapterConfig, type AdapterConfig } from './adapter-config.ts';
import type { Weight } from '../../formats/onnx/index.ts';
import { ADAPTER_WEIGHTS } from '../../formats/model-files.ts';
import { addLowRank, addScaled, stackRows, takeRows } from './computed-weights.ts';
import { canonicalName, nameInHead, nameInside, type AdapterTensors } from './tensor-names.ts';
import { TrackedTable, takeWeightsFrom, type TakeWeight } from './weights.ts';

/** What an adapter makes of the weights of its base. */
export interface Adapter extends AdapterTensors {
  /** Gives weights as the adapter leaves them, by their names inside the model. */
  readonly adapt: (take: TakeWeight) => TakeWeight;
  /** Class that was trained, such as `ViTForImageClassification`; `undefined` where the adapter does not say. */
  readonly modelClass: string | undefined;
  /** What it has of a classification head. */
  readonly head: AdapterHead;
}

/** Tensors of an adapter for the classification head, in its own file. */
export interface AdapterHead {
  /** In the place of the base's. */
  readonly weight: StoredTensor | undefined;
  /** In the place of the base's. */
  readonly bias: StoredTensor | undefined;
  /** What is added to the weight. @default nothing */
  readonly addition: StoredAddition | undefined;
}

/** A low-rank addition to a linear layer as it is stored: scale · up · down, and scale · upBias to the bias. */
export interface StoredAddition extends Readonly<
  Partial<Record<'down' | 'up' | 'upBias' | 'magnitude', StoredTensor>>
> {
  readonly scale: number;
}

/** A low-rank addition: names of its tensors, and the module that it belongs to. */
interface Layer {
  /** As the adapter names it, without `base_model.model.`: what patterns of ranks and alphas are about. */
  readonly module: string;
  readonly parts: Map<Part, string>;
}

type Part = 'down' | 'up' | 'upBias' | 'embeddingDown' | 'embeddingUp' | 'magnitude';

const PARTS: readonly (readonly [Part, RegExp])[] = [
  ['down', /\.lora_A(?:\.\w+)?\.weight$/],
  ['up', /\.lora_B(?:\.\w+)?\.weight$/],
  ['upBias', /\.lora_B(?:\.\w+)?\.bias$/],
  ['embeddingDown', /\.lora_embedding_A(?:\.\w+)?$/],
  ['embeddingUp', /\.lora_embedding_B(?:\.\w+)?$/],
  ['magnitude', /\.lora_magnitude_vector(?:\.\w+)*$/],
];

const WRAPPER = /^base_model\.model\./;
/** Copies that PEFT writes beside the tensor itself when all biases are saved. */
const COPY = /\.(?:original_module|modules_to_save(?:\.\w+)?)\./;
/** PyTorch's MultiheadAttention, of which PEFT (0.21) adds what it learnt of the output layer twice. */
const JOINED_ATTENTION = /^head\.attention$/;
const HEAD_WEIGHT = 'classifier.weight';
const HEAD_BIAS = 'classifier.bias';
/** DINOv2's gated MLP: one weight in a checkpoint's file, two modules in transformers 5. */
const JOINED_GATE = /^(.*\.mlp\.)weights_in\.(weight|bias)$/;

/**
 * Opens the adapter in `folder`. Its tensors are not read.
 * @throws EmbeddingAnimationError `AdapterInvalid`, `AdapterUnsupported`, `SafetensorsInvalid`
 */
export async function openAdapter(folder: string, place: ErrorPlace): Promise<Adapter> {
  const config = await readAdapterConfig(folder, place);
  const here = { ...place, file: ADAPTER_WEIGHTS };
  const table = new TrackedTable(await readSafetensorsHeader(join(folder, ADAPTER_WEIGHTS), here));
  const { layers, whole } = sortTensors(table, here);
  const takeStored = takeWeightsFrom(table, place);
  const takeOwn: TakeWeight = (name, shape) => ({
    ...takeStored(name, shape),
    name: `/adapter/${name}`, // a slash keeps clear of the names of the base
    isInline: true,
  });
  const source = { config, table, layers, whole, takeOwn, place: here };
  return {
    adapt: (take) => adaptWith(source, take),
    replaced: new Set(whole.keys()),
    listUnread: () => table.listUnread().filter((name) => !isCopy(name, whole)),
    modelClass: config.modelClass,
    head: describeHead(source),
  };
}

function describeHead(source: AdapterSource): AdapterHead {
  const { table, layers, whole } = source;
  const find = (name: string | undefined): StoredTensor | undefined =>
    name === undefined ? undefined : table.get(name);
  const layer = layers.get(HEAD_WEIGHT);
  const parts = [...(layer?.parts ?? [])].map(([part, name]) => [part, find(name)] as const);
  return {
    weight: find(whole.get(HEAD_WEIGHT)),
    bias: find(whole.get(HEAD_BIAS)),
    addition: layer && { ...Object.fromEntries(parts), scale: scaleOf(source, layer) },
  };
}

interface AdapterSource {
  readonly config: AdapterConfig;
  readonly table: TrackedTable;
  /** By the canonical name of the weight that they add to. */
  readonly layers: ReadonlyMap<string, Layer>;
  /** Names of whole tensors by their canonical names. */
  readonly whole: ReadonlyMap<string, string>;
  readonly takeOwn: TakeWeight;
  readonly place: ErrorPlace;
}

function sortTensors(table: TrackedTable, place: ErrorPlace): Pick<AdapterSource, 'layers' | 'whole'> {
  const layers = new Map<string, Layer>();
  const whole = new Map<string, string>();
  for (const name of table.keys()) {
    const [part, expression] = PARTS.find(([, each]) => each.test(name)) ?? [];
    const module = plainName(expression === undefined ? name : name.replace(expression, ''));
    const inside = nameInside(module) ?? nameInHead(module);
    if (inside === undefined) continue;
    if (part === undefined) {
      if (!COPY.test(name)) whole.set(canonicalName(inside), name);
      continue;
    }
    if (JOINED_ATTENTION.test(inside)) {
      const feature = `LoRA on ${module}, a MultiheadAttention`;
      throw makeError('AdapterUnsupported', 'feature', { feature }, place);
    }
    const key = canonicalName(`${inside}.weight`);
    const layer = layers.get(key) ?? { module, parts: new Map<Part, string>() };
    layer.parts.set(part, name);
    layers.set(key, layer);
  }
  return { layers, whole };
}

function plainName(name: string): string {
  return name.replace(WRAPPER, '').replaceAll('.base_layer', '');
}

function isCopy(name: string, whole: AdapterSource['whole']): boolean {
  const inside = nameInside(plainName(name.replace(COPY, '.')));
  return COPY.test(name) && inside !== undefined && whole.has(canonicalName(inside));
}

function adaptWith(source: AdapterSource, take: TakeWeight): TakeWeight {
  const adaptOne = (name: string, taken: () => Weight, shape: readonly number[]): Weight => {
    const key = canonicalName(name);
    const own = source.whole.get(key);
    const weight = own === undefined ? taken() : source.takeOwn(own, shape);
    const layer = source.layers.get(key);
    if (layer !== undefined) return adaptWeight(source, layer, weight, shape);
    const ofBias = source.layers.get(key.replace(/bias$/, 'weight'));
    const bias = /bias$/.test(key) ? ofBias?.parts.get('upBias') : undefined;
    if (ofBias === undefined || bias === undefined) return weight;
    const addition = source.takeOwn(bias, shape);
    return addScaled(weight, addition, scaleOf(source, ofBias));
  };
  return (name, shape) => {
    const gate = JOINED_GATE.exec(canonicalName(name));
    if (gate === null) return adaptOne(name, () => take(name, shape), shape);
    const [, before = '', kind = ''] = gate;
    const parts = ['gate_proj', 'up_proj'].map((part) => `${before}${part}.${kind}`);
    const isApart = parts.some((part) => isTouched(source, part));
    if (!isApart) return adaptOne(name, () => take(name, shape), shape);
    return joinParts(parts, take(name, shape), adaptOne);
  };
}

function isTouched({ layers, whole }: AdapterSource, key: string): boolean {
  return whole.has(key) || layers.has(key) || layers.has(key.replace(/bias$/, 'weight'));
}

/** Two layers that one tensor of the base holds, one above the other. */
function joinParts(
  names: readonly string[],
  joined: Weight,
  adaptOne: (name: string, taken: () => Weight, shape: readonly number[]) => Weight,
): Weight {
  const [rows = 0, ...rest] = joined.shape;
  const half = rows / names.length;
  const shape = [half, ...rest];
  const parts = names.map((name, index) =>
    adaptOne(name, () => takeRows(joined, index * half, shape), shape),
  );
  return stackRows(joined, parts);
}

/** The weight with what a layer of the adapter adds to it. */
function adaptWeight(source: AdapterSource, layer: Layer, base: Weight, shape: readonly number[]): Weight {
  const { table, takeOwn, place } = source;
  const { parts } = layer;
  const isEmbedding = parts.has('embeddingDown');
  const down = parts.get(isEmbedding ? 'embeddingDown' : 'down');
  const up = parts.get(isEmbedding ? 'embeddingUp' : 'up');
  if (down === undefined || up === undefined)
    throw makeError('AdapterInvalid', 'halfMissing', { module: layer.module }, place);
  const rank = table.get(down)?.shape[0] ?? 0;
  if (rank === 0) throw makeError('AdapterInvalid', 'empty', { tensor: down }, place);
  const [outputs = 1, ...inputs] = shape;
  const ones = inputs.slice(1).map(() => 1);
  const magnitude = parts.get('magnitude');
  if (isEmbedding && magnitude !== undefined)
    throw makeError('AdapterUnsupported', 'feature', { feature: `DoRA on ${layer.module}` }, place);
  return addLowRank(base, {
    down: takeOwn(down, isEmbedding ? [rank, outputs] : [rank, ...inputs]),
    up: takeOwn(up, isEmbedding ? [...inputs, rank] : [outputs, rank, ...ones]),
    scale: scaleOf(source, layer, rank),
    isTransposed: isEmbedding,
    magnitude:
      magnitude === undefined
        ? undefined
        : takeOwn(magnitude, inputs.length > 1 ? [1, outputs, ...ones] : [outputs]),
  });
}

function scaleOf({ config, table }: AdapterSource, { module, parts }: Layer, known?: number): number {
  const down = parts.get('down') ?? '';
  const rank = known ?? table.get(down)?.shape[0] ?? 1;
  const alpha = config.alphaOf(module);
  return alpha / (config.isRankStabilised ? Math.sqrt(rank) : rank);
}
