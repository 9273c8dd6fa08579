/** Exact nearest neighbours from matrix products: tiles of pairs at once, in float32, with bounds on its rounding. */
import { withPooledArrays, type ArrayAllocator } from '../../threads/buffer-pool.ts';
import { bytesOfCandidates, keptFor, openCandidates } from './candidates.ts';
import { runOne, type Crew } from '../executor.ts';
import { divide } from '../spans.ts';
import type { Points } from './scaled-rows.ts';
import { errorOfSketches, errorOfWholeRows, SKETCH_AXES } from './lower-bounds.ts';
import { dealPairs } from './block-pairs.ts';
import { openTiles } from './blocks.ts';

/** Bytes that candidates may take before threads have to share them. */
const CANDIDATE_BYTES = 128e6;

/**
 * Squared euclidean distances of each row `[n × d]` to its `k` nearest other rows, `[n × k]`, ascending. k < n.
 *
 * Products of short sketches of the rows bound all distances from below; where a trial shows that these bounds leave
 * too many pairs, the rows themselves are multiplied. Each row's pairs with the lowest bounds are then measured in
 * float64. Where that doesn't show that no other pair can be nearer, it is looked for again, now with a limit.
 * So the result is exactly that of measuring all pairs.
 */
export async function findNearestByProducts(points: Points, k: number, crew: Crew): Promise<Float64Array> {
  return withPooledArrays(crew.memory, async (arrays) => {
    const sketched = await sketch(points, crew, arrays);
    const { frame, sketches, longest } = sketched;
    const { order, boxes, areTight } = await runOne(crew, 'arrange', { points, sketches, k });

    const source = areTight ? sketches : { points, origin: frame.origin };
    const error = areTight ? sketched.error : errorOfWholeRows(frame, longest);
    const tiles = openTiles(arrays, points.rows, areTight ? sketches.cols : points.cols);
    const limits = arrays.float64(points.rows);
    const layer = { source, order, tiles, error, limits, kept: keptFor(k) };
    await crew.run(
      'layTiles',
      divide(tiles.count, crew.size).map((span) => ({ ...layer, span })),
    );

    const hands = dealPairs(boxes, sketched.error, countSearches(points.rows, k, crew));
    const scan = { tiles, error, limits };
    const searches = hands.map(() => openCandidates(arrays, points.rows, k));
    await crew.run(
      'scanPairs',
      hands.map((pairs, hand) => ({ ...scan, pairs, candidates: searches[hand]! })),
    );

    const distances = arrays.float64(points.rows * k);
    const whole = { points, order, k, searches, tiles, error, distances };
    await crew.run(
      'settleRows',
      divide(points.rows, crew.size).map((span) => ({ ...whole, span })),
    );
    return distances.slice();
  });
}

/** Sketches of all rows, and the most by which rounding may have moved one. */
async function sketch(points: Points, crew: Crew, arrays: ArrayAllocator) {
  const { rows, cols } = points;
  const frame = await runOne(crew, 'findRoughAxes', { points, count: Math.min(SKETCH_AXES, cols - 1) });
  const width = frame.axes.rows + 1;
  const sketches = { rows, cols: width, data: arrays.float32(rows * width) };
  const lengths = await crew.run(
    'sketchRows',
    divide(rows, crew.size).map((span) => ({ points, frame, span, sketches })),
  );
  const longest = Math.max(...lengths);
  return { frame, sketches, longest, error: errorOfSketches(frame, longest) };
}

/** Searches that go on at the same time: each has candidates of its own for all rows. */
function countSearches(rows: number, k: number, crew: Crew): number {
  return Math.max(1, Math.min(crew.size, Math.floor(CANDIDATE_BYTES / bytesOfCandidates(rows, k))));
}
