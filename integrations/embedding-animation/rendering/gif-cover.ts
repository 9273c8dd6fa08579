/** Few colours that stand for many: none is far from the one that stands for it. */

/** A colour `0xrrggbb` and the pixels that have it. */
export type Counted = readonly [colour: number, count: number];

type Rgb = readonly [red: number, green: number, blue: number];

/** Colours are counted in cubes of 8 levels a side, and a cube of 4 × 4 × 4 of these gets one colour. */
const CELL_BITS = 3;
const CELLS = 256 >> CELL_BITS;
const SPAN = 4;
/** Places of such a cube along a channel. */
const PLACES = CELLS - SPAN + 1;
/** Most that a colour may differ from what stands for it, in each channel: half of the cube's side. */
export const TOLERANCE = (SPAN << CELL_BITS) / 2;

/** What lies in a cell: pixels, and per channel their mean's numerator, least and largest value. */
interface Cell {
  readonly place: Rgb;
  count: number;
  readonly sums: [number, number, number];
  readonly least: [number, number, number];
  readonly most: [number, number, number];
}

/**
 * Colours that stand for `colours`, those that stand for the most pixels first: again and again the cube that holds the
 * most pixels of what is left (the greedy set cover). Each is within `TOLERANCE` of all that it was chosen for.
 * @param limit most that are chosen; what is then left has none
 */
export function coverColours(colours: readonly Counted[], limit: number): Rgb[] {
  const cells = fillCells(colours);
  const windows = new Float64Array(PLACES ** 3);
  for (const cell of cells.values()) addToWindows(windows, cell, cell.count);
  const chosen: Rgb[] = [];
  while (chosen.length < limit && cells.size > 0) {
    const held = takeWindow(cells, findLargest(windows));
    for (const cell of held) addToWindows(windows, cell, -cell.count);
    chosen.push(standFor(held));
  }
  return chosen;
}

function fillCells(colours: readonly Counted[]): Map<number, Cell> {
  const cells = new Map<number, Cell>();
  for (const [colour, count] of colours) {
    const rgb = [colour >> 16, (colour >> 8) & 255, colour & 255] as const;
    const place = [rgb[0] >> CELL_BITS, rgb[1] >> CELL_BITS, rgb[2] >> CELL_BITS] as const;
    const key = (place[0] * CELLS + place[1]) * CELLS + place[2];
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = { place, count: 0, sums: [0, 0, 0], least: [255, 255, 255], most: [0, 0, 0] };
      cells.set(key, cell);
    }
    cell.count += count;
    for (const channel of [0, 1, 2] as const) {
      cell.sums[channel] += count * rgb[channel];
      cell.least[channel] = Math.min(cell.least[channel], rgb[channel]);
      cell.most[channel] = Math.max(cell.most[channel], rgb[channel]);
    }
  }
  return cells;
}

/** Adds to every cube that holds the cell; whole numbers, so that nothing is left when all is taken away. */
function addToWindows(windows: Float64Array, { place }: Cell, count: number): void {
  const [[r0, r1], [g0, g1], [b0, b1]] = place.map((at) => [
    Math.max(0, at - SPAN + 1),
    Math.min(PLACES - 1, at),
  ]) as [[number, number], [number, number], [number, number]]; // three channels
  for (let r = r0; r <= r1; r++) {
    for (let g = g0; g <= g1; g++) {
      for (let b = b0; b <= b1; b++) windows[(r * PLACES + g) * PLACES + b]! += count;
    }
  }
}

/** The first of equals. */
function findLargest(windows: Float64Array): number {
  let largest = 0;
  for (let i = 1; i < windows.length; i++) if (windows[i]! > windows[largest]!) largest = i;
  return largest;
}

/** Takes out the cells that a cube holds. */
function takeWindow(cells: Map<number, Cell>, window: number): Cell[] {
  const first = [
    Math.floor(window / PLACES ** 2),
    Math.floor(window / PLACES) % PLACES,
    window % PLACES,
  ] as const;
  const held: Cell[] = [];
  for (let i = 0; i < SPAN ** 3; i++) {
    const [r, g, b] = [first[0] + (i >> 4), first[1] + ((i >> 2) & 3), first[2] + (i & 3)];
    const key = (r * CELLS + g) * CELLS + b;
    const cell = cells.get(key);
    if (cell === undefined) continue;
    held.push(cell);
    cells.delete(key);
  }
  return held;
}

/** The mean, moved as little as brings all colours within the tolerance. */
function standFor(cells: readonly Cell[]): Rgb {
  const count = cells.reduce((sum, cell) => sum + cell.count, 0);
  const channel = (at: 0 | 1 | 2): number => {
    const mean = Math.round(cells.reduce((sum, { sums }) => sum + sums[at], 0) / count);
    const least = Math.max(...cells.map(({ most }) => most[at])) - TOLERANCE;
    const most = Math.min(...cells.map(({ least }) => least[at])) + TOLERANCE;
    return Math.min(most, Math.max(least, mean));
  };
  return [channel(0), channel(1), channel(2)];
}
