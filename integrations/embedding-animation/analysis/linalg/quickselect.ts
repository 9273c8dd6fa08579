/**
 * Moves the value that would lie at position `at`, were the first `length` values sorted, to that position, with no larger one
 * before and no smaller one behind it, and gives it (Hoare's selection, 1961). `carried` is moved along.
 */
export function quickselect(values: Float64Array, length: number, at: number, carried?: Int32Array): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      if (carried !== undefined) swap(carried, left, right);
      swap(values, left++, right--);
    }
    if (at <= right) high = right;
    else if (at >= left) low = left;
    else break;
  }
  return values[at]!;
}

function swap(values: Float64Array | Int32Array, i: number, j: number): void {
  const value = values[i]!;
  values[i] = values[j]!;
  values[j] = value;
}
