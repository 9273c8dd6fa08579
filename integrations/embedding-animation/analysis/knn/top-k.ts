/** The k nearest of each row so far. */
export interface TopK {
  readonly k: number;
  /** `[n × k]`, ascending, equal ones by index; infinite where nothing was inserted yet. */
  readonly distances: Float64Array;
  /** `[n × k]`, whose distances these are; −1 where nothing was inserted yet. */
  readonly indices: Int32Array;
}

/** The k nearest other rows of each row, in memory that threads share. */
export type NearestRows = Pick<TopK, 'distances' | 'indices'>;

/** Writes what was found of row i where row `target` has its own. */
export function writeNearest(
  { distances, indices }: NearestRows,
  target: number,
  found: TopK,
  i: number,
): void {
  const { k } = found;
  // A view of each row would take as long as measuring some of its neighbours.
  for (let at = 0; at < k; at++) {
    distances[target * k + at] = found.distances[i * k + at]!;
    indices[target * k + at] = found.indices[i * k + at]!;
  }
}

/** A list for each of `rows` rows, with nothing in it. */
export function openTopK(rows: number, k: number): TopK {
  return {
    k,
    distances: new Float64Array(rows * k).fill(Infinity),
    indices: new Int32Array(rows * k).fill(-1),
  };
}

/**
 * Takes row j among the nearest of row i if it comes before the last of them and is not there yet. Gives whether it was
 * taken.
 */
export function insertNeighbour(
  { k, distances, indices }: TopK,
  i: number,
  j: number,
  distance: number,
): boolean {
  const first = i * k;
  let position = first + k - 1;
  if (distance > distances[position]!) return false;
  if (distance === distances[position]! && (j > indices[position]! || distance === Infinity)) return false;
  for (let at = first; at <= position; at++) if (indices[at] === j) return false;
  for (; position > first; position--) {
    const before = distances[position - 1]!;
    if (before < distance || (before === distance && indices[position - 1]! < j)) break;
    distances[position] = distances[position - 1]!;
    indices[position] = indices[position - 1]!;
  }
  distances[position] = distance;
  indices[position] = j;
  return true;
}

/** Whether row j is among the nearest of row i. */
export function hasNeighbour({ k, indices }: TopK, i: number, j: number): boolean {
  for (let at = i * k; at < (i + 1) * k; at++) if (indices[at] === j) return true;
  return false;
}

/** The k-th distance of row i: infinite while there are fewer than k. */
export function kthDistance({ k, distances }: TopK, i: number): number {
  return distances[(i + 1) * k - 1]!;
}
