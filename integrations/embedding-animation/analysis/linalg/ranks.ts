/** Ranks of numbers. */

/** Numbers are sorted by so many of their bits at a time, the lowest first. */
const DIGIT_BITS = 16;
const DIGITS = 64 / DIGIT_BITS;

/**
 * Ranks from 1 up; equal values share the mean of theirs, as in `scipy.stats.rankdata`. Sorts by the bits of the numbers
 * (radix sort): those of floating-point numbers that are not negative rise with them.
 * @param values none is negative or NaN
 */
export function rankValues(values: Float64Array): Float64Array {
  const order = sortPositions(values);
  const ranks = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = values[order[from]!]!;
    while (to < order.length && values[order[to]!] === value) to++;
    for (let at = from; at < to; at++) ranks[order[at]!] = (from + 1 + to) / 2;
  }
  return ranks;
}

/** Positions of the values, ascending by value. */
function sortPositions(values: Float64Array): Uint32Array {
  const digits = new Uint16Array(values.map((value) => value + 0).buffer); // −0 + 0 is 0
  let order = Uint32Array.from(values.keys());
  let sorted = new Uint32Array(order.length);
  const ends = new Uint32Array(2 ** DIGIT_BITS);
  for (let digit = 0; digit < DIGITS; digit++) {
    ends.fill(0);
    for (let at = digit; at < digits.length; at += DIGITS) ends[digits[at]!]!++;
    for (let at = 1; at < ends.length; at++) ends[at]! += ends[at - 1]!;
    for (let at = order.length - 1; at >= 0; at--) {
      const position = order[at]!;
      sorted[--ends[digits[DIGITS * position + digit]!]!] = position;
    }
    [order, sorted] = [sorted, order];
  }
  return order;
}
