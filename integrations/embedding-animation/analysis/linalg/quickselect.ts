/**
 * The value at place `at` of the first `length` values, were they sorted; they change their order (Hoare's selection,
 * 1961).
 */
export function lowestAt(values: Float64Array, length: number, at: number): number {
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
      const value = values[left]!;
      values[left++] = values[right]!;
      values[right--] = value;
    }
    if (at <= right) high = right;
    else if (at >= left) low = left;
    else break;
  }
  return values[at]!;
}

/** Where the lowest of the values from … to − 1 is; the first of equals. */
export function indexOfLowest(values: Float64Array, from: number, to: number): number {
  let lowest = from;
  for (let at = from + 1; at < to; at++) if (values[at]! < values[lowest]!) lowest = at;
  return lowest;
}
