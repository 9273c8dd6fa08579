/** Local search for a tour with a larger sum. */
import type { Affinity } from './affinity.ts';

/** Classes that an Or-opt move takes elsewhere, at most. */
const LONGEST_SEGMENT = 3;

/** Most passes over all moves: far more than are ever needed, so that rounding can not keep the search going. */
const MOST_PASSES = 200;

/**
 * Reverses parts of a tour (2-opt; Croes 1958) and moves up to three neighbours elsewhere (Or 1976), as long as that makes
 * the sum larger. The first move that does is made.
 * @returns the tour, in place
 */
export function improveTour(tour: number[], affinity: Affinity): number[] {
  const least = 1e-12 * Math.max(...affinityOf(tour, affinity), Number.MIN_VALUE);
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const reversed = reverseParts(tour, affinity, least);
    const moved = moveSegments(tour, affinity, least);
    if (!reversed && !moved) break;
  }
  return tour;
}

function affinityOf(tour: readonly number[], { cols, data }: Affinity): number[] {
  return tour.map((k, at) => data[k * cols + tour[(at + 1) % tour.length]!]!);
}

/** Tries to reverse what lies between each two places: two pairs of neighbours change. */
function reverseParts(tour: number[], { cols, data }: Affinity, least: number): boolean {
  const count = tour.length;
  let improved = false;
  for (let i = 0; i < count - 2; i++) {
    for (let j = i + 2; j < count; j++) {
      if (i === 0 && j === count - 1) continue; // the two pairs are one
      const [a, b, c, d] = [tour[i]!, tour[i + 1]!, tour[j]!, tour[(j + 1) % count]!];
      const gain = data[a * cols + c]! + data[b * cols + d]! - data[a * cols + b]! - data[c * cols + d]!;
      if (gain <= least) continue;
      reverse(tour, i + 1, j);
      improved = true;
    }
  }
  return improved;
}

function reverse(tour: number[], from: number, to: number): void {
  for (let low = from, high = to; low < high; low++, high--) {
    [tour[low], tour[high]] = [tour[high]!, tour[low]!];
  }
}

/** Tries to move each short segment between each two other neighbours, either way round. */
function moveSegments(tour: number[], affinity: Affinity, least: number): boolean {
  let improved = false;
  for (let length = 1; length <= Math.min(LONGEST_SEGMENT, tour.length - 3); length++) {
    for (let from = 0; from < tour.length; from++) {
      const move = findMove(tour, from, length, affinity, least);
      if (move === undefined) continue;
      const rest = rotate(tour, from);
      const segment = rest.splice(0, length);
      rest.splice(move.after + 1, 0, ...(move.reversed ? segment.reverse() : segment));
      for (const [at, k] of rest.entries()) tour[at] = k;
      improved = true;
    }
  }
  return improved;
}

/** Where a segment goes: behind which place of the rest, which begins behind the segment. */
interface Move {
  readonly after: number;
  readonly reversed: boolean;
}

function findMove(
  tour: readonly number[],
  from: number,
  length: number,
  { cols, data }: Affinity,
  least: number,
): Move | undefined {
  const count = tour.length;
  const place = (at: number): number => tour[(from + at + count) % count]!;
  const [first, last] = [place(0), place(length - 1)];
  const [before, behind] = [place(-1), place(length)];
  const removed = data[before * cols + first]! + data[last * cols + behind]! - data[before * cols + behind]!;
  for (let after = 0; after < count - length - 1; after++) {
    const [p, q] = [place(length + after), place(length + after + 1)];
    const opened = removed + data[p * cols + q]!;
    if (data[p * cols + first]! + data[last * cols + q]! - opened > least) return { after, reversed: false };
    if (data[p * cols + last]! + data[first * cols + q]! - opened > least) return { after, reversed: true };
  }
  return undefined;
}

function rotate(tour: readonly number[], by: number): number[] {
  return [...tour.slice(by), ...tour.slice(0, by)];
}
