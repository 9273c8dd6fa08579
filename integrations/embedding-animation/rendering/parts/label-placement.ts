/** Puts the outliers' numbers beside their rings without covering one another. */

/** A ringed image, px of the map. */
export interface RingedPoint {
  readonly x: number;
  readonly y: number;
  /** Place on the leaderboard, from 1. */
  readonly rank: number;
}

/** A number's middle on its baseline, px of the map. */
export interface PlacedNumber {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const CAP_HEIGHT = 0.727;
const DIRECTIONS = 16;
const DISTANCES = [1, 1.6, 2.4, 3.4];

/**
 * Each number goes to the free place nearest to its ring, to the right first, the strongest outlier first.
 * Where every place is taken the number is left out: its ring stays.
 * @param space size: px per em; ring: radius px; width and height of the map in px
 * @param measure width of a number in px
 */
export function placeNumbers(
  points: readonly RingedPoint[],
  space: { readonly size: number; readonly ring: number; readonly width: number; readonly height: number },
  measure: (text: string) => number,
): PlacedNumber[] {
  const { ring, width, height } = space;
  const taken: Rectangle[] = points.map(({ x, y }) => around(x, y, 2 * ring, 2 * ring));
  const placed: PlacedNumber[] = [];
  for (const { x, y, rank } of points) {
    const text = String(rank);
    const [w, h] = [measure(text), CAP_HEIGHT * space.size];
    for (const [dx, dy] of candidates(ring, w, h)) {
      const box = around(x + dx, y + dy, w + 6, h + 6);
      const inside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
      if (!inside || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      placed.push({ text, x: x + dx, y: y + dy + h / 2 });
      break;
    }
  }
  return placed;
}

/** Offsets of a number's middle from its ring's, nearest first, alternating down and up from the right. */
function* candidates(ring: number, width: number, height: number): Generator<[number, number]> {
  for (const distance of DISTANCES) {
    for (let turn = 0; turn < DIRECTIONS; turn++) {
      const steps = turn % 2 === 0 ? turn / 2 : -(turn + 1) / 2;
      const angle = (2 * Math.PI * steps) / DIRECTIONS;
      yield [
        Math.cos(angle) * (distance * ring + width / 2 + 4),
        Math.sin(angle) * (distance * ring + height / 2 + 4),
      ];
    }
  }
}

function around(x: number, y: number, width: number, height: number): Rectangle {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
