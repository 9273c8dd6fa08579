/** The last of the lowest values, as many as `lowest` has room for; it is overwritten. */
export function lastOfLowest(values: Float64Array, lowest: Float64Array): number {
  const last = lowest.length - 1;
  lowest.fill(Infinity);
  for (const value of values) {
    if (value >= lowest[last]!) continue;
    let place = last;
    for (; place > 0 && lowest[place - 1]! > value; place--) lowest[place] = lowest[place - 1]!;
    lowest[place] = value;
  }
  return lowest[last]!;
}

/** Where the lowest of the values from … to − 1 is; the first of equals. */
export function indexOfLowest(values: Float64Array, from: number, to: number): number {
  let lowest = from;
  for (let at = from + 1; at < to; at++) if (values[at]! < values[lowest]!) lowest = at;
  return lowest;
}
