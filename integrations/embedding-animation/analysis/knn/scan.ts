/** The search for candidates, in pairs of tiles. */
import { startCandidates, type Candidates } from './candidates.ts';
import type { Products } from '../linalg/gemm.ts';
import { openSieve, sievePairs } from './block-filter.ts';
import type { TilePairs } from './block-pairs.ts';
import { tileAt, type Tile, type Tiles } from './blocks.ts';

/** Which pairs of tiles are searched. */
export interface ScanTask {
  readonly tiles: Tiles;
  readonly pairs: TilePairs;
  /** The most by which a row is moved from the row it stands for. */
  readonly error: number;
  /** `[n]`: limits to begin with. */
  readonly limits: Float64Array;
  /** What is found, by place. */
  readonly candidates: Candidates;
}

/** Looks for candidates of all rows among pairs of tiles. */
export async function scanPairs(
  { tiles, pairs, error, limits: first, candidates }: ScanTask,
  products: Products,
): Promise<void> {
  const add = startCandidates(candidates, first);
  const { limits } = candidates;
  const sieve = openSieve(products);
  const all = Array.from({ length: tiles.count }, (_, index) => tileAt(tiles, index));
  for (let pair = 0; pair < pairs.count; pair++) {
    const a = all[pairs.tiles[2 * pair]!]!;
    const b = all[pairs.tiles[2 * pair + 1]!]!;
    if (Math.max(largestOf(limits, a), largestOf(limits, b)) <= pairs.bounds[pair]!) continue;
    await sievePairs(sieve, a, b, error, limits, limits, add);
  }
}

function largestOf(limits: Float64Array, { from, to }: Tile): number {
  let largest = -Infinity;
  for (let i = from; i < to; i++) if (limits[i]! > largest) largest = limits[i]!;
  return largest;
}
