/** Reads the numbers of a classification head, with what an adapter has learnt of it. */
import { basename } from 'node:path';
import type { Matrix } from '../../contracts.ts';
import type { ErrorPlace } from '../../errors.ts';
import { readTensor } from '../../formats/safetensors/index.ts';
import type { Head } from './apply-head.ts';
import type { HeadSource, PlacedAddition, PlacedTensor } from './find-head.ts';

/**
 * Reads a head: 31 kB for 10 classes of ViT-base.
 * @throws EmbeddingAnimationError `SafetensorsInvalid` where a file can't be read any more
 */
export async function readHead(source: HeadSource, place: ErrorPlace): Promise<Head> {
  const { classes, width, weight, bias, addition } = source;
  const read = (tensor: PlacedTensor): Promise<Float32Array> =>
    readTensor(tensor.path, tensor, { ...place, file: basename(tensor.path) });
  const stored = { rows: classes, cols: width, data: await read(weight) };
  const storedBias = bias && (await read(bias));
  if (addition === undefined) return { weight: stored, bias: storedBias };
  const sum = addProduct(stored, await read(addition.down), await read(addition.up), addition.scale);
  if (addition.magnitude !== undefined) scaleRows(sum, await read(addition.magnitude));
  const added = addition.upBias && (await read(addition.upBias));
  return { weight: sum, bias: addScaled(storedBias, added, addition.scale) };
}

/** base + scale · up · down, as PEFT merges it. */
function addProduct(
  base: Matrix<Float32Array>,
  down: Float32Array,
  up: Float32Array,
  scale: PlacedAddition['scale'],
): Matrix<Float32Array> {
  const { rows, cols } = base;
  const rank = up.length / rows;
  const data = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      let product = 0;
      for (let k = 0; k < rank; k++) product += up[row * rank + k]! * down[k * cols + col]!;
      data[row * cols + col] = base.data[row * cols + col]! + scale * product;
    }
  }
  return { rows, cols, data };
}

/** Gives each row the length that `magnitude` says (DoRA). */
function scaleRows({ rows, cols, data }: Matrix<Float32Array>, magnitude: Float32Array): void {
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * cols, (row + 1) * cols);
    const factor = magnitude[row]! / Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    for (let col = 0; col < cols; col++) values[col]! *= factor;
  }
}

function addScaled(
  bias: Float32Array | undefined,
  added: Float32Array | undefined,
  scale: number,
): Float32Array | undefined {
  if (added === undefined) return bias;
  return added.map((value, index) => (bias?.[index] ?? 0) + scale * value);
}
