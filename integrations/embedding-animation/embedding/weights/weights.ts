/** Takes tensors out of a checkpoint's table by the shape that its config.json asks for. */
import { makeError, type EmbeddingAnimationError, type ErrorPlace } from '../../errors.ts';
import type { StoredWeight, Weight, WeightType } from '../../formats/onnx/index.ts';
import type { StoredTensor, TensorTable } from '../../formats/safetensors/index.ts';

const WEIGHT_TYPES: readonly string[] = ['F32', 'F16', 'BF16'] satisfies WeightType[];

/** A tensor table that knows which tensors were taken. */
export class TrackedTable extends Map<string, StoredTensor> {
  readonly #taken = new Set<string>();

  override get(name: string): StoredTensor | undefined {
    this.#taken.add(name);
    return super.get(name);
  }

  /** Names that were never asked for, in the order of the table. */
  listUnread(): string[] {
    return [...this.keys()].filter((name) => !this.#taken.has(name));
  }
}

/** Finds a weight by name and checks its shape. */
export type TakeWeight = (name: string, shape: readonly number[]) => Weight;

/**
 * Makes a `TakeWeight` over `table`. It throws `TensorMissing`, `TensorShapeMismatch` or `TensorTypeUnsupported`.
 */
export function takeWeightsFrom(table: TensorTable, place: ErrorPlace): TakeWeight {
  return (name, shape) => {
    const tensor = table.get(name);
    if (tensor === undefined) throw tensorMissing(name, table, place);
    const here = { ...place, file: tensor.file };
    if (tensor.shape.includes(0))
      throw makeError('TensorShapeMismatch', 'placeholder', { tensor: name }, here);
    if (!isWeight(tensor)) {
      const facts = { tensor: name, dtype: tensor.dtype, known: WEIGHT_TYPES.join(', ') };
      throw makeError('TensorTypeUnsupported', 'unsupported', facts, here);
    }
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, i) => size !== shape[i])) {
      const facts = { tensor: name, shape: tensor.shape.join(', '), wanted: shape.join(', ') };
      throw makeError('TensorShapeMismatch', 'mismatch', facts, here);
    }
    return tensor;
  };
}

/** The error for a tensor that the model needs and the checkpoint lacks. */
function tensorMissing(name: string, table: TensorTable, place: ErrorPlace): EmbeddingAnimationError {
  const here = { file: 'model.safetensors', ...place };
  if (table.size === 0) return makeError('TensorMissing', 'empty', undefined, here);
  const isWrapped = [...table.keys()].some((each) => /\.base_layer\.|\.lora_[AB]\./.test(each));
  return makeError('TensorMissing', isWrapped ? 'wrapped' : 'missing', { tensor: name }, here);
}

/**
 * What stands before the name that ends in `anchor`: a model is stored with or without the name of the head around
 * it. A model may be in the file once.
 * @throws EmbeddingAnimationError `TensorMissing`; `ArchitectureUnsupported` where the file has several
 */
export function findPrefix(table: TensorTable, anchor: string, place: ErrorPlace): string {
  const names = [...table.keys()].filter((name) => name === anchor || name.endsWith(`.${anchor}`));
  if (names.length === 1) return names[0]!.slice(0, -anchor.length);
  if (names.length === 0) throw tensorMissing(anchor, table, place);
  const facts = { models: names.join(', ') };
  throw makeError('ArchitectureUnsupported', 'severalModels', facts, { file: 'model.safetensors', ...place });
}

function isWeight(tensor: StoredTensor): tensor is StoredWeight {
  return WEIGHT_TYPES.includes(tensor.dtype);
}
