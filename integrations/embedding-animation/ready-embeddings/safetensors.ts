/** `embedding.safetensors` or `logits.safetensors`: one matrix among the file's tensors. */
import { makeError, type ErrorPlace } from '../errors.ts';
import { readMatrix } from '../formats/matrix.ts';
import {
  FLOAT_TYPES,
  readSafetensorsHeader,
  type StoredTensor,
  type TensorTable,
} from '../formats/safetensors/index.ts';
import { NAMES } from './choose-columns.ts';
import { withFile, type ReadyEmbeddings } from './ready-file.ts';

/**
 * Opens the tensor that `wanted` names, else the one called `embedding` or `embeddings`, else the only one of floats
 * with two dimensions.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`, `EmbeddingsInvalid`
 */
export async function openSafetensors(
  path: string,
  place: ErrorPlace,
  wanted: string | undefined,
): Promise<ReadyEmbeddings> {
  const table = await readSafetensorsHeader(path, place);
  return describeMatrix(table, { path, chosen: chooseTensor(table, wanted, place), wanted }, place);
}

/**
 * Opens the tensor called `logits`, else the only one of floats with two dimensions.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`, `EmbeddingsInvalid`
 */
export async function openLogitsTensor(path: string, place: ErrorPlace): Promise<ReadyEmbeddings> {
  const table = await readSafetensorsHeader(path, place);
  const chosen = findMatrix(table, ['logits']);
  if (chosen === undefined) throw makeError('EmbeddingsInvalid', 'noLogits', { tensors: list(table) }, place);
  return describeMatrix(table, { path, chosen, wanted: undefined }, place);
}

/** A tensor of the file at `path`, and the name that it was asked for by. */
interface ChosenTensor {
  readonly path: string;
  readonly chosen: StoredTensor;
  readonly wanted: string | undefined;
}

function describeMatrix(
  table: TensorTable,
  { path, chosen, wanted }: ChosenTensor,
  place: ErrorPlace,
): ReadyEmbeddings {
  const { name, dtype, shape, offset } = chosen;
  const [rows, cols] = shape;
  if (shape.length !== 2 || rows === undefined || cols === undefined) {
    throw makeError('EmbeddingsInvalid', 'tensorShape', { tensor: name, shape: shape.join(', ') }, place);
  }
  const type = FLOAT_TYPES.get(dtype);
  if (type === undefined) throw makeError('EmbeddingsInvalid', 'tensorType', { tensor: name, dtype }, place);
  const layout = { rows, cols, offset, type, littleEndian: true, order: 'rows' } as const;
  return {
    rows,
    cols,
    unused: [...table.keys()].filter((other) => other !== name).sort(),
    choice: wanted === undefined ? undefined : [name],
    read: () => withFile(path, place, (file) => readMatrix(file, layout)),
  };
}

function chooseTensor(table: TensorTable, wanted: string | undefined, place: ErrorPlace): StoredTensor {
  if (wanted !== undefined) {
    const tensor = table.get(wanted);
    if (tensor !== undefined) return tensor;
    throw makeError('EmbeddingsInvalid', 'tensorMissing', { tensor: wanted, tensors: list(table) }, place);
  }
  const found = findMatrix(table, NAMES);
  if (found !== undefined) return found;
  throw makeError('EmbeddingsInvalid', 'noTensor', { tensors: list(table) }, place);
}

/** The tensor of one of these names, else the only matrix of floats. */
function findMatrix(table: TensorTable, names: readonly string[]): StoredTensor | undefined {
  const isMatrix = ({ shape }: StoredTensor): boolean => shape.length === 2;
  const named = names.flatMap((name) => table.get(name) ?? []);
  const candidates =
    named.length > 0
      ? named
      : [...table.values()].filter((tensor) => isMatrix(tensor) && FLOAT_TYPES.has(tensor.dtype));
  const matrices = candidates.filter(isMatrix);
  const [only = candidates[0]] = matrices;
  return matrices.length <= 1 ? only : undefined;
}

function list(table: TensorTable): string {
  return [...table.keys()].sort().join(', ') || 'none';
}
