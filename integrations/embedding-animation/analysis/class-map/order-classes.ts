/** Classes around a circle: those that are confused side by side. */
import type { Matrix } from '../../contracts.ts';
import { lengthOf, makeSymmetric, type Affinity } from './affinity.ts';
import { findExactTour } from './exact-tour.ts';
import { improveTour } from './improve-tour.ts';

/** Up to so many classes the best of all orders is found. */
const EXACT_CLASSES = 12;

/** Among more classes the search starts from this number over the square of theirs, at most from each: a second of work. */
const STARTS_TIMES_SQUARE = 1e6;

/** Fewest starts. */
const FEWEST_STARTS = 2;

/**
 * Puts classes around a circle so that the confusion of neighbours, summed around it, is as large as can be: a shortest
 * tour (travelling salesman). Up to twelve classes it is the best there is (Held and Karp, A dynamic programming
 * approach to sequencing problems, 1962); among more it is the best that 2-opt and Or-opt moves reach from several greedy
 * starts. Where no order is better than that of the columns, that one stays.
 *
 * The result begins with class 0, and of the two directions takes the one in which the lower of its neighbours comes
 * first.
 * @param confusion `[C × C]`, of any frames together: confusion is that of k for c and of c for k
 * @returns columns in the order in which they lie around the circle
 */
export function orderClasses(confusion: Matrix<Float64Array>): number[] {
  const affinity = makeSymmetric(confusion);
  const count = affinity.rows;
  const natural = Array.from({ length: count }, (_, k) => k);
  if (count <= 3) return natural;
  const found = count <= EXACT_CLASSES ? [findExactTour(affinity)] : searchTours(affinity);
  let best = natural;
  // Sums of the same numbers in another order differ in their last digits.
  const least = 1e-12 * affinity.data.reduce((sum, value) => sum + value, 0);
  for (const tour of found) {
    if (lengthOf(tour, affinity) > lengthOf(best, affinity) + least) best = tour;
  }
  return startAtFirst(best);
}

function* searchTours(affinity: Affinity): Generator<number[]> {
  const count = affinity.rows;
  const starts = Math.min(count, Math.max(FEWEST_STARTS, Math.round(STARTS_TIMES_SQUARE / count ** 2)));
  for (let start = 0; start < starts; start++) {
    yield improveTour(followLargest(Math.floor((start * count) / starts), affinity), affinity);
  }
}

/** Goes from class to class, each time to the one that is confused most with the last; the lowest of equals. */
function followLargest(start: number, { rows: count, data }: Affinity): number[] {
  const tour = [start];
  const isLeft = new Uint8Array(count).fill(1);
  isLeft[start] = 0;
  while (tour.length < count) {
    const row = tour.at(-1)! * count;
    let next = -1;
    for (let k = 0; k < count; k++) {
      if (isLeft[k] === 1 && (next < 0 || data[row + k]! > data[row + next]!)) next = k;
    }
    isLeft[next] = 0;
    tour.push(next);
  }
  return tour;
}

function startAtFirst(tour: readonly number[]): number[] {
  const at = tour.indexOf(0);
  const [first, ...others] = [...tour.slice(at), ...tour.slice(0, at)];
  return others[0]! < others.at(-1)! ? [first!, ...others] : [first!, ...others.reverse()];
}
