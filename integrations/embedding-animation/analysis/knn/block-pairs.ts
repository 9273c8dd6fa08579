import { distanceBetween, gapBetween, type Boxes } from './boxes.ts';

/** Two tiles each. */
export interface TilePairs {
  readonly count: number;
  /** Numbers of the tiles, `[count × 2]`. */
  readonly tiles: Int32Array;
  /** `[count]`: a squared distance that their rows have at least; −Infinity for a tile with itself. */
  readonly bounds: Float64Array;
}

/**
 * All pairs of tiles, those that lie closest together first, dealt to `hands` hands.
 * @param error the most by which a row of the boxes is moved from the row it stands for
 */
export function dealPairs(boxes: Boxes, error: number, hands: number): TilePairs[] {
  const pairs = pairsOf(boxes.count)
    .map(([a, b]) => ({ a, b, distance: a === b ? -1 : distanceBetween(boxes, a, b) }))
    .sort((one, other) => one.distance - other.distance);
  return Array.from({ length: hands }, (_, hand) => {
    const dealt = pairs.filter((_, at) => at % hands === hand);
    return {
      count: dealt.length,
      tiles: Int32Array.from(dealt.flatMap(({ a, b }) => [a, b])),
      bounds: Float64Array.from(dealt, ({ a, b }) =>
        a === b ? -Infinity : Math.max(0, gapBetween(boxes, a, b) - 2 * error) ** 2,
      ),
    };
  });
}

function pairsOf(count: number): [number, number][] {
  return Array.from({ length: count }, (_, a) => a).flatMap((a) =>
    Array.from({ length: count - a }, (_, steps): [number, number] => [a, a + steps]),
  );
}
