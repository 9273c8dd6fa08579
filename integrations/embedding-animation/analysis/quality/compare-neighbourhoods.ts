/** Neighbours on a map against neighbours in embedding space. */
import type { Matrix } from '../../contracts.ts';
import { countBelow, openLimitCounter, writeCounts } from './limit-counter.ts';
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
  const distances = new Float64Array(points.rows);
  let missedRanks = 0;
  for (const [s, i] of sample.entries()) {
    falseNeighbours.set(listOthers(onMap, indices, i, k), s * k);
    missedRanks += sumPlanarRanks(points, i, listOthers(indices, onMap, i, k), k, distances);
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

/**
 * Σ (r − k) of some images by their rank r among all by the distance to image i on the map, the nearest being of rank 1.
 * @param distances `[n]`, of any values: takes the squared distances
 */
function sumPlanarRanks(
  { rows, data }: Matrix<Float64Array>,
  i: number,
  others: Int32Array,
  k: number,
  distances: Float64Array,
): number {
  const px = data[2 * i]!;
  const py = data[2 * i + 1]!;
  let largest = 0;
  for (let j = 0; j < rows; j++) {
    const dx = data[2 * j]! - px;
    const dy = data[2 * j + 1]! - py;
    const distance = dx * dx + dy * dy;
    distances[j] = distance;
    if (distance > largest) largest = distance;
  }
  const limits = Float64Array.from(others, (j) => distances[j]!);
  const counter = openLimitCounter(limits, largest);
  distances[i] = largest; // is not counted
  countBelow(counter, distances);
  const nearer = new Int32Array(others.length);
  writeCounts(counter, nearer);
  return nearer.reduce((sum, count) => sum + Math.max(0, count + 1 - k), 0);
}
