/** Measures of how far two results are from each other. */

/** The largest absolute difference of two arrays of one length; NaN where one has a NaN. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLengths(a, b);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** The largest absolute value. */
export function largestSize(a: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]!));
  return largest;
}

/** The smallest cosine between a row of `a` and the same row of `b`, rows of length `cols`; NaN where one has a NaN. */
export function smallestCosine(a: ArrayLike<number>, b: ArrayLike<number>, cols: number): number {
  checkLengths(a, b);
  let smallest = 1;
  for (let start = 0; start < a.length; start += cols) {
    let [product, squaresOfA, squaresOfB] = [0, 0, 0];
    for (let i = start; i < start + cols; i++) {
      product += a[i]! * b[i]!;
      squaresOfA += a[i]! ** 2;
      squaresOfB += b[i]! ** 2;
    }
    smallest = Math.min(smallest, product / Math.sqrt(squaresOfA * squaresOfB));
  }
  return smallest;
}

/** Indices of the `count` lowest values, lowest first; ties by index. */
export function smallestIndices(values: ArrayLike<number>, count: number): number[] {
  return Array.from(values, (_, index) => index)
    .sort((a, b) => values[a]! - values[b]! || a - b)
    .slice(0, count);
}

function checkLengths(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length) throw new RangeError(`${a.length} numbers against ${b.length}`);
}
