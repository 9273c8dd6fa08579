/** Neighbours on a map against neighbours in embedding space. */
import type { Matrix } from '../../contracts.ts';
import { findPlanarNeighbours } from './planar-neighbours.ts';

/** A map and what it is compared with. */
export interface ComparisonTask {
  /** `[n × 2]` */
  readonly points: Matrix<Float64Array>;
  readonly k: number;
  /** `[n × k]`, neighbours in embedding space. */
  readonly indices: Int32Array;
  /** `[n]`, classes. */
  readonly labels: Int32Array;
  /** Images whose ranks are counted. */
  readonly sample: Int32Array;
}

/** What the neighbours on a map say. */
export interface Neighbourhoods {
  /** `[n]`, how many of an image's neighbours on the map are its neighbours in embedding space. */
  readonly trueNeighbours: Uint8Array;
  /** Share of the neighbours on the map that are of the image's class, 0 … 1. */
  readonly hit: number;
  /** `[m × k]`: neighbours on the map of sampled images that are none in embedding space; −1 where there are no more. */
  readonly falseNeighbours: Int32Array;
  /** Σ (r − k) over neighbours in embedding space of sampled images that lie beyond the k nearest on the map, at rank r. */
  readonly missedRanks: number;
}

/** Compares each image's k nearest neighbours on a map with those in embedding space. */
export function compareNeighbourhoods({
  points,
  k,
  indices,
  labels,
  sample,
}: ComparisonTask): Neighbourhoods {
  const onMap = findPlanarNeighbours(points, k);
  const trueNeighbours = new Uint8Array(points.rows);
  let hits = 0;
  for (let i = 0; i < points.rows; i++) {
    for (let at = i * k; at < (i + 1) * k; at++) {
      if (labels[onMap[at]!] === labels[i]) hits++;
      if (isAmong(indices, i, k, onMap[at]!)) trueNeighbours[i]!++;
    }
  }
  const falseNeighbours = new Int32Array(sample.length * k).fill(-1);
  let missedRanks = 0;
  for (const [s, i] of sample.entries()) {
    falseNeighbours.set(listOthers(onMap, indices, i, k), s * k);
    missedRanks += sumPlanarRanks(points, i, listOthers(indices, onMap, i, k), k);
  }
  return { trueNeighbours, hit: hits / (points.rows * k), falseNeighbours, missedRanks };
}

function isAmong(indices: Int32Array, i: number, k: number, j: number): boolean {
  for (let at = i * k; at < (i + 1) * k; at++) if (indices[at] === j) return true;
  return false;
}

/** Those of image i's k neighbours in one list that are not in the other. */
function listOthers(list: Int32Array, other: Int32Array, i: number, k: number): Int32Array {
  return list.subarray(i * k, (i + 1) * k).filter((j) => !isAmong(other, i, k, j));
}

/** Σ (r − k) of some images by their rank r among all by the distance to image i on the map, the nearest being of rank 1. */
function sumPlanarRanks(
  { rows, data }: Matrix<Float64Array>,
  i: number,
  others: Int32Array,
  k: number,
): number {
  const [px, py] = [data[2 * i]!, data[2 * i + 1]!];
  const distanceTo = (j: number): number => (data[2 * j]! - px) ** 2 + (data[2 * j + 1]! - py) ** 2;
  const limits = Float64Array.from(others, distanceTo);
  const nearer = new Int32Array(others.length);
  for (let j = 0; j < rows; j++) {
    if (j === i) continue;
    const distance = distanceTo(j);
    for (let at = 0; at < limits.length; at++) if (distance < limits[at]!) nearer[at]!++;
  }
  return nearer.reduce((sum, count) => sum + Math.max(0, count + 1 - k), 0);
}
