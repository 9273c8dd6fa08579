/** Rows put into tiles, with a first limit for each. */
import type { Matrix } from '../../contracts.ts';
import type { Span } from '../spans.ts';
import { lowestAt } from '../linalg/quickselect.ts';
import { writeRow, type Points } from './scaled-rows.ts';
import type { Products } from '../linalg/gemm.ts';
import { fillTile, HEIGHT, slackBetween, tileAt, type Tile, type Tiles } from './blocks.ts';

/** Which tiles are filled with what. */
export interface LayTask {
  /** Sketches, or whole rows less an origin. */
  readonly source: Matrix<Float32Array> | { readonly points: Points; readonly origin: Float64Array };
  /** Which row lies at a place. */
  readonly order: Int32Array;
  readonly tiles: Tiles;
  /** Numbers of the first tile and after the last. */
  readonly span: Span;
  /** The most by which a row is moved from the row it stands for. */
  readonly error: number;
  /** `[n]`, by place: the `kept`-th lowest bound of a row's distances to the others of its tile, */
  readonly limits: Float64Array;
  /** which are fewer in a smaller tile: then it is infinite. */
  readonly kept: number;
}

/** Fills tiles, and finds a first limit for each of their rows. */
export async function layTiles(task: LayTask, products: Products): Promise<void> {
  const { tiles, span, error } = task;
  const write = openWriter(task);
  const product = { rows: HEIGHT, cols: HEIGHT, data: new Float32Array(HEIGHT * HEIGHT) };
  for (let index = span.from; index < span.to; index++) {
    fillTile(tiles, index, write);
    const tile = tileAt(tiles, index);
    await products.multiply(tile.rows, tile.factors, product, 'second');
    findLimits(task, tile, product, slackBetween(tile, tile, error));
  }
}

function openWriter({ source, order }: LayTask): (place: number, target: Float32Array, at: number) => void {
  if ('points' in source) {
    const { points, origin } = source;
    return (place, target, at) => void writeRow(points, order[place]!, origin, target, at);
  }
  const { cols, data } = source;
  return (place, target, at) => {
    const first = order[place]! * cols;
    target.set(data.subarray(first, first + cols), at);
  };
}

function findLimits(
  { limits, kept }: LayTask,
  { from, to }: Tile,
  { data }: Matrix<Float32Array>,
  slack: number,
): void {
  const size = to - from;
  const bounds = new Float64Array(HEIGHT);
  for (let i = 0, first = 0; i < size; i++, first += HEIGHT) {
    for (let j = 0; j < size; j++) bounds[j] = -2 * data[first + j]! - slack;
    bounds[i] = Infinity;
    limits[from + i] = kept < size ? lowestAt(bounds, size, kept - 1) : Infinity;
  }
}
