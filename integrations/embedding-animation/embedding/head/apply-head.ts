/** A classification head: the linear layer that makes a number for each class of what a model says of an image. */
import type { Embeddings, Logits, Matrix } from '../../contracts.ts';

/** Raised when the same head and embeddings give other logits; part of cache keys. */
export const LOGITS_VERSION = '1';

/** A classification head with its numbers. */
export interface Head {
  /** `[classes × d]` */
  readonly weight: Matrix<Float32Array>;
  /** `[classes]`. @default zeros */
  readonly bias: Float32Array | undefined;
}

/** Classes whose sums are taken at once: each waits for itself alone. */
const CLASSES_AT_ONCE = 4;

/**
 * The logits of images, `embeddings · weightᵀ + bias`: `[n × classes]`. Sums are taken in float64, from the first number
 * to the last, and rounded once: a row does not depend on the other rows.
 * @throws RangeError where the head reads embeddings of another width
 */
export function applyHead({ rows, cols, data }: Embeddings, { weight, bias }: Head): Logits {
  const classes = weight.rows;
  if (weight.cols !== cols) throw new RangeError(`a head of ${weight.cols} inputs on embeddings of ${cols}`);
  const linear = {
    weight: new Float64Array(weight.data),
    bias: bias === undefined ? new Float64Array(classes) : new Float64Array(bias),
  };
  const logits = new Float32Array(rows * classes);
  const image = new Float64Array(cols);
  for (let row = 0; row < rows; row++) {
    image.set(data.subarray(row * cols, (row + 1) * cols));
    const target = logits.subarray(row * classes, (row + 1) * classes);
    let first = 0;
    for (; first + CLASSES_AT_ONCE <= classes; first += CLASSES_AT_ONCE)
      multiplyFour(image, linear, first, target);
    for (; first < classes; first++) multiplyOne(image, linear, first, target);
  }
  return { rows, cols: classes, data: logits };
}

/** The head in float64. */
interface Linear {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

function multiplyFour(
  image: Float64Array,
  { weight, bias }: Linear,
  first: number,
  target: Float32Array,
): void {
  const d = image.length;
  const [at0, at1, at2, at3] = [first * d, (first + 1) * d, (first + 2) * d, (first + 3) * d];
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  for (let i = 0; i < d; i++) {
    const value = image[i]!;
    sum0 += value * weight[at0 + i]!;
    sum1 += value * weight[at1 + i]!;
    sum2 += value * weight[at2 + i]!;
    sum3 += value * weight[at3 + i]!;
  }
  target[first] = sum0 + bias[first]!;
  target[first + 1] = sum1 + bias[first + 1]!;
  target[first + 2] = sum2 + bias[first + 2]!;
  target[first + 3] = sum3 + bias[first + 3]!;
}

function multiplyOne(
  image: Float64Array,
  { weight, bias }: Linear,
  index: number,
  target: Float32Array,
): void {
  const d = image.length;
  const at = index * d;
  let sum = 0;
  for (let i = 0; i < d; i++) sum += image[i]! * weight[at + i]!;
  target[index] = sum + bias[index]!;
}
