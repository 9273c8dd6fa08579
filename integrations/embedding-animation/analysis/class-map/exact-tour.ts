import type { Affinity } from './affinity.ts';

/**
 * The tour from class 0 back to it with the largest sum, by dynamic programming over sets of the other classes (Held and
 * Karp 1962): time in C² · 2ᶜ. At least two classes.
 */
export function findExactTour({ rows: count, data }: Affinity): number[] {
  const others = count - 1;
  const sets = 1 << others;
  // Of each set and each of its members: the largest sum from class 0 through the set, ending there, and what came before.
  const sums = new Float64Array(sets * others).fill(-Infinity);
  const before = new Int8Array(sets * others).fill(-1);
  for (let k = 0; k < others; k++) sums[(1 << k) * others + k] = data[k + 1]!;
  for (let set = 1; set < sets; set++) {
    for (let end = 0; end < others; end++) {
      const sum = sums[set * others + end]!;
      if (sum === -Infinity) continue;
      for (let next = 0; next < others; next++) {
        if ((set & (1 << next)) !== 0) continue;
        const at = (set | (1 << next)) * others + next;
        const extended = sum + data[(end + 1) * count + next + 1]!;
        if (extended > sums[at]!) {
          sums[at] = extended;
          before[at] = end;
        }
      }
    }
  }
  return readTour(sums, before, count, data);
}

function readTour(sums: Float64Array, before: Int8Array, count: number, data: Float64Array): number[] {
  const others = count - 1;
  let set = (1 << others) - 1;
  let end = 0;
  const closed = (k: number): number => sums[set * others + k]! + data[k + 1]!;
  for (let k = 1; k < others; k++) if (closed(k) > closed(end)) end = k;
  const backwards: number[] = [];
  while (end >= 0) {
    backwards.push(end + 1);
    const previous = before[set * others + end]!;
    set &= ~(1 << end);
    end = previous;
  }
  return [0, ...backwards.reverse()];
}
