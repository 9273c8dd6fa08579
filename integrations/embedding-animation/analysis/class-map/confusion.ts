/** Which classes a model takes for each other. */
import type { Logits, Matrix } from '../../contracts.ts';
import { writeSoftmax } from './softmax.ts';

/**
 * Mean probability (softmax, temperature 1) that images of each class get for each class, `[C × C]`: row k, of images
 * whose true class is k. Rows of classes without images are zeros. Means make rare classes count like others; matrices
 * of several frames may be added.
 * @param logits `[n × C]`
 * @param trueClasses of each image the column of its class; −1 where the model has none: the image is left out
 * @throws RangeError when there is not one class for each row, or one that is no column
 */
export function confusionOf(logits: Logits, trueClasses: ArrayLike<number>): Matrix<Float64Array> {
  const { rows, cols } = logits;
  if (trueClasses.length !== rows) {
    throw new RangeError(`${trueClasses.length} classes do not fit ${rows} rows of logits`);
  }
  const sums = new Float64Array(cols * cols);
  const counts = new Float64Array(cols);
  const probabilities = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    const k = trueClasses[i]!;
    if (k < 0) continue;
    if (!(k < cols)) throw new RangeError(`class ${k} is none of the ${cols} columns of the logits`);
    writeSoftmax(logits, i, 1, probabilities);
    counts[k]!++;
    for (let c = 0; c < cols; c++) sums[k * cols + c]! += probabilities[c]!;
  }
  for (let at = 0; at < sums.length; at++) {
    const count = counts[Math.floor(at / cols)]!;
    if (count > 0) sums[at]! /= count;
  }
  return { rows: cols, cols, data: sums };
}
