/** Exact nearest neighbours of points of the plane. */
import type { Matrix } from '../../contracts.ts';
import { findKdOrder } from '../knn/kd-order.ts';
import { insertNeighbour, kthDistance, openTopK, type TopK } from '../knn/top-k.ts';

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
 * first. Where more than k others coincide with a point, some k of them: measuring all would take n². k < n.
 */
export function findPlanarNeighbours(points: Matrix<Float64Array>, k: number): Int32Array {
  const sorted = sortPoints(points);
  const nearest = openTopK(points.rows, k);
  for (let at = 0; at < points.rows; at++) searchFrom(sorted, at, nearest);
  return nearest.indices;
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

/** Finds the neighbours of the point at a position: in its own block first, then wherever one may be nearer or as near. */
function searchFrom({ order, x, y, blocks, groups }: SortedPoints, from: number, nearest: TopK): void {
  const [px, py] = [x[from]!, y[from]!];
  const own = order[from]!;
  const isBeyond = (boxes: Boxes, box: number): boolean => {
    const kth = kthDistance(nearest, own);
    const bound = distanceToBox(boxes, box, px, py);
    return bound > kth || kth === 0;
  };
  const searchBlock = (block: number): void => {
    for (let at = block * BLOCK; at < Math.min((block + 1) * BLOCK, order.length); at++) {
      if (at === from) continue;
      const [dx, dy] = [x[at]! - px, y[at]! - py];
      insertNeighbour(nearest, own, order[at]!, dx * dx + dy * dy);
    }
  };
  const searchGroup = (group: number): void => {
    const last = Math.min((group + 1) * GROUP, blocks.length / 4);
    for (let block = group * GROUP; block < last; block++) {
      if (block !== ownBlock && !isBeyond(blocks, block)) searchBlock(block);
    }
  };
  const ownBlock = Math.floor(from / BLOCK);
  const ownGroup = Math.floor(ownBlock / GROUP);
  searchBlock(ownBlock);
  searchGroup(ownGroup);
  for (let group = 0; group < groups.length / 4; group++) {
    if (group !== ownGroup && !isBeyond(groups, group)) searchGroup(group);
  }
}

/** Squared distance of a point to the nearest point of a box. */
function distanceToBox(boxes: Boxes, box: number, px: number, py: number): number {
  const at = 4 * box;
  const dx = Math.max(boxes[at]! - px, 0, px - boxes[at + 1]!);
  const dy = Math.max(boxes[at + 2]! - py, 0, py - boxes[at + 3]!);
  return dx * dx + dy * dy;
}
