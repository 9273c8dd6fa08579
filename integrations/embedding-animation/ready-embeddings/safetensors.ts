/** `embedding.safetensors`: one matrix among the file's tensors. */
import { makeError, type ErrorPlace } from '../errors.ts';
import { readSafetensorsHeader, type StoredTensor, type TensorTable } from '../formats/safetensors.ts';
import { readMatrix, type NumberType } from './numbers.ts';
import type { ReadyEmbeddings } from './open.ts';
import { withFile } from './with-file.ts';

/** Names that are looked for first. */
const NAMES = ['embedding', 'embeddings'] as const;

const TYPES: ReadonlyMap<string, NumberType> = new Map([
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F32', 'float32'],
  ['F64', 'float64'],
]);

/**
 * Opens the tensor `embedding` or `embeddings`, or the only one with two dimensions.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`, `EmbeddingsInvalid`
 */
export async function openSafetensors(path: string, place: ErrorPlace): Promise<ReadyEmbeddings> {
  const table = await readSafetensorsHeader(path, place);
  const { name, dtype, shape, offset } = chooseTensor(table, place);
  const [rows, cols] = shape;
  if (shape.length !== 2 || rows === undefined || cols === undefined) {
    throw makeError('EmbeddingsInvalid', 'tensorShape', { tensor: name, shape: shape.join(', ') }, place);
  }
  const type = TYPES.get(dtype);
  if (type === undefined) throw makeError('EmbeddingsInvalid', 'tensorType', { tensor: name, dtype }, place);
  const layout = { rows, cols, offset, type, littleEndian: true, order: 'rows' } as const;
  return { rows, cols, read: () => withFile(path, place, (file) => readMatrix(file, layout)) };
}

function chooseTensor(table: TensorTable, place: ErrorPlace): StoredTensor {
  for (const name of NAMES) {
    const named = table.get(name);
    if (named !== undefined) return named;
  }
  const matrices = [...table.values()].filter(({ shape }) => shape.length === 2);
  const [only] = matrices;
  if (only !== undefined && matrices.length === 1) return only;
  const tensors = [...table.keys()].sort().join(', ') || 'none';
  throw makeError('EmbeddingsInvalid', 'noTensor', { tensors }, place);
}
