/** Exact nearest neighbours from matrix products: tiles of pairs at once, in float32, with bounds on its rounding. */
import { withShared } from '../shared-memory.ts';
import { bytesOfCandidates, keptFor, openCandidates } from './candidates.ts';
import { divide, runOne, type Crew } from './crew.ts';
import type { Points } from './points.ts';
import { errorOfSketches, errorOfWholeRows, SKETCH_AXES } from './sketches.ts';
import { dealPairs } from './tile-pairs.ts';
import { openTiles } from './tiles.ts';

/** Bytes that the candidates of all threads may take. */
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
  return withShared(crew.memory, async (lender) => {
    const { rows, cols } = points;
    const spans = divide(rows, crew.size);

    const frame = await runOne(crew, 'findRoughAxes', { points, count: Math.min(SKETCH_AXES, cols - 1) });
    const width = frame.axes.rows + 1;
    const sketches = { rows, cols: width, data: lender.floats(rows * width) };
    const lengths = await crew.run(
      'sketchRows',
      spans.map((span) => ({ points, frame, span, sketches })),
    );
    const longest = Math.max(...lengths);
    const sketchError = errorOfSketches(frame, longest);
    const { order, boxes, areTight } = await runOne(crew, 'arrange', { points, sketches, k });

    const source = areTight ? sketches : { points, origin: frame.origin };
    const error = areTight ? sketchError : errorOfWholeRows(frame, longest);
    const tiles = openTiles(lender, rows, areTight ? width : cols);
    const limits = lender.doubles(rows);
    await crew.run(
      'layTiles',
      divide(tiles.count, crew.size).map((span) => ({
        ...{ source, order, tiles, span, error, limits },
        kept: keptFor(k),
      })),
    );

    const hands = Math.max(1, Math.min(crew.size, Math.floor(CANDIDATE_BYTES / bytesOfCandidates(rows, k))));
    const searches = dealPairs(boxes, sketchError, hands).map((pairs) => ({
      ...{ tiles, pairs, error, limits },
      candidates: openCandidates(lender, rows, k),
    }));
    await crew.run('scanPairs', searches);

    const distances = lender.doubles(rows * k);
    await crew.run(
      'settleRows',
      spans.map((span) => ({
        ...{ points, order, span, k, tiles, error, distances },
        searches: searches.map(({ candidates }) => candidates),
      })),
    );
    return distances.slice();
  });
}
