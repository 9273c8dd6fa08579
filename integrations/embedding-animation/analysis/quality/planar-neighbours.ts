/** Exact nearest neighbours of points of the plane. */
import type { Matrix } from '../../contracts.ts';
import { findKdOrder } from '../knn/kd-order.ts';
import { listDuplicates } from '../knn/duplicates.ts';

/** Points of a block, which are looked at together, and blocks of a group. */
const BLOCK = 16;
const GROUP = 16;

/** Bounding boxes of consecutive points, `[count × 4]`: least and greatest x, least and greatest y. */
type Boxes = Float64Array;

/** Points in an order in which those of a block, and blocks of a group, lie close together. */
interface SortedPoints {
  readonly order: Int32Array;
  /** By position. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly blocks: Boxes;
  readonly groups: Boxes;
}

/**
 * The k nearest other points of each of `[n × 2]` points, `[n × k]`, nearest first; of equally near ones the lower index
 * first. k < n.
 */
export function findPlanarNeighbours(points: Matrix<Float64Array>, k: number): Int32Array {
  const search = { ...sortPoints(points), k, distances: new Float64Array(k), indices: new Int32Array(k) };
  const distances = new Float64Array(points.rows * k);
  const indices = new Int32Array(points.rows * k);
  for (const [at, i] of search.order.entries()) {
    searchFrom(search, at);
    distances.set(search.distances, i * k);
    indices.set(search.indices, i * k);
  }
  listDuplicates({ distances, indices }, k, (i) => `${points.data[2 * i]!} ${points.data[2 * i + 1]!}`);
  return indices;
}

function sortPoints(points: Matrix<Float64Array>): SortedPoints {
  const { rows, data } = points;
  const order = findKdOrder(points, BLOCK);
  const x = Float64Array.from(order, (i) => data[2 * i]!);
  const y = Float64Array.from(order, (i) => data[2 * i + 1]!);
  const blocks = boundPoints(x, y, rows, BLOCK);
  return { order, x, y, blocks, groups: boundPoints(x, y, rows, BLOCK * GROUP) };
}

function boundPoints(x: Float64Array, y: Float64Array, rows: number, size: number): Boxes {
  const boxes = new Float64Array(4 * Math.ceil(rows / size));
  for (let first = 0, box = 0; first < rows; first += size, box += 4) {
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let at = first; at < Math.min(first + size, rows); at++) {
      left = Math.min(left, x[at]!);
      right = Math.max(right, x[at]!);
      low = Math.min(low, y[at]!);
      high = Math.max(high, y[at]!);
    }
    boxes.set([left, right, low, high], box);
  }
  return boxes;
}

/** A search for the neighbours of one point after the other. */
interface Search extends SortedPoints {
  readonly k: number;
  /** Of the point at hand: the k nearest so far, ascending, equal ones by index; infinite where there are fewer. */
  readonly distances: Float64Array;
  readonly indices: Int32Array;
}

/** Finds the neighbours of the point at a position: in its own block first, then wherever one may be nearer or as near. */
function searchFrom(search: Search, from: number): void {
  const { groups } = search;
  search.distances.fill(Infinity);
  const ownBlock = Math.floor(from / BLOCK);
  const ownGroup = Math.floor(ownBlock / GROUP);
  searchBlock(search, from, ownBlock);
  searchGroup(search, from, ownGroup, ownBlock);
  const count = groups.length / 4;
  for (let group = 0; group < count; group++) {
    if (group !== ownGroup && mayBeNear(search, from, groups, group)) {
      searchGroup(search, from, group, ownBlock);
    }
  }
}

function searchGroup(search: Search, from: number, group: number, ownBlock: number): void {
  const { blocks } = search;
  const end = Math.min((group + 1) * GROUP, blocks.length / 4);
  for (let block = group * GROUP; block < end; block++) {
    if (block !== ownBlock && mayBeNear(search, from, blocks, block)) searchBlock(search, from, block);
  }
}

/** Whether a box may hold a point that comes before the last of the k nearest so far; none comes before distance 0. */
function mayBeNear({ x, y, k, distances }: Search, from: number, boxes: Boxes, box: number): boolean {
  const kth = distances[k - 1]!;
  return kth > 0 && distanceToBox(boxes, box, x[from]!, y[from]!) <= kth;
}

function searchBlock({ order, x, y, k, distances, indices }: Search, from: number, block: number): void {
  const px = x[from]!;
  const py = y[from]!;
  const end = Math.min((block + 1) * BLOCK, order.length);
  for (let at = block * BLOCK; at < end; at++) {
    const dx = x[at]! - px;
    const dy = y[at]! - py;
    const distance = dx * dx + dy * dy;
    if (distance > distances[k - 1]! || at === from) continue;
    insert(distances, indices, k, distance, order[at]!);
  }
}

/** Takes a point among the k nearest, if it comes before the last of them. */
function insert(
  distances: Float64Array,
  indices: Int32Array,
  k: number,
  distance: number,
  index: number,
): void {
  let at = k - 1;
  if (distance === distances[at]! && index > indices[at]!) return;
  for (; at > 0; at--) {
    const before = distances[at - 1]!;
    if (before < distance || (before === distance && indices[at - 1]! < index)) break;
    distances[at] = before;
    indices[at] = indices[at - 1]!;
  }
  distances[at] = distance;
  indices[at] = index;
}

/** Squared distance of a point to the nearest point of a box. */
function distanceToBox(boxes: Boxes, box: number, px: number, py: number): number {
  const at = 4 * box;
  const dx = Math.max(boxes[at]! - px, 0, px - boxes[at + 1]!);
  const dy = Math.max(boxes[at + 2]! - py, 0, py - boxes[at + 3]!);
  return dx * dx + dy * dy;
}
