/** Images between classes on a circle. */
import type { Logits, Matrix } from '../../contracts.ts';
import { writeSoftmax } from './softmax.ts';

/**
 * Where each class of a model lies on the circle of radius 1, `[C × 2]`: the first of the order at the top, y pointing
 * up, the others clockwise at equal distances.
 * @param order columns as `orderClasses` gives them
 */
export function placeAnchors(order: readonly number[]): Matrix<Float64Array> {
  const data = new Float64Array(2 * order.length);
  for (const [at, column] of order.entries()) {
    const angle = (2 * Math.PI * at) / order.length;
    data[2 * column] = Math.sin(angle);
    data[2 * column + 1] = Math.cos(angle);
  }
  return { rows: order.length, cols: 2, data };
}

/**
 * Places each image at Σ pₖ·anchorₖ with p = softmax(logits / T), `[n × 2]`: on an anchor where the model is sure, in the
 * middle where it knows nothing. Sums run in float64.
 * @param options.anchors `[C × 2]`, as `placeAnchors` gives them
 * @param options.temperature T, above 0
 * @throws RangeError when there is not one anchor for each column
 */
export function placeOnCircle(
  logits: Logits,
  { anchors, temperature }: { readonly anchors: Matrix<Float64Array>; readonly temperature: number },
): Matrix<Float64Array> {
  if (anchors.rows !== logits.cols) {
    throw new RangeError(`${anchors.rows} anchors do not fit logits of ${logits.cols} classes`);
  }
  const data = new Float64Array(2 * logits.rows);
  const probabilities = new Float64Array(logits.cols);
  for (let i = 0; i < logits.rows; i++) {
    writeSoftmax(logits, i, temperature, probabilities);
    for (let k = 0; k < logits.cols; k++) {
      data[2 * i]! += probabilities[k]! * anchors.data[2 * k]!;
      data[2 * i + 1]! += probabilities[k]! * anchors.data[2 * k + 1]!;
    }
  }
  return { rows: logits.rows, cols: 2, data };
}
