/** How far maps of one checkpoint can be trusted. */
import type { Embeddings, Matrix, Neighbours } from '../../contracts.ts';
import { withPooledArrays } from '../../threads/buffer-pool.ts';
import { openLocalExecutor, type Executor } from '../executor.ts';
import type { ScaledRows } from '../knn/scaled-rows.ts';
import { fixedVectors } from '../linalg/vectors.ts';
import { scaleRows } from '../outliers.ts';
import { splitRange } from '../ranges.ts';
import type { Neighbourhoods } from './compare-neighbourhoods.ts';
import { RANK_BLOCK } from './count-nearer.ts';

/** Up to this many images ranks are counted from every one, in float64. */
export const EXACT_IMAGES = 2000;

/** Of more images, ranks are counted from so many. */
export const SAMPLED_IMAGES = 500;

/** Counts of true neighbours are bytes. */
const MOST_NEIGHBOURS = 255;

/** Rows whose mean is taken from all: any point amid them does. */
const ORIGIN_ROWS = 64;

/** Figures of one map of one checkpoint. */
export interface MapQuality {
  /** Trustworthiness, 0 … 1. `undefined` where k is half of the images or more. */
  readonly trustworthiness: number | undefined;
  /** Continuity, 0 … 1; as trustworthiness. */
  readonly continuity: number | undefined;
  /** Mean share of an image's k neighbours in embedding space that are among its k on the map, 0 … 1. */
  readonly neighbourhoodPreservation: number;
  /** Mean share of an image's k neighbours on the map that are of its class, 0 … 1. */
  readonly neighbourhoodHit: number;
  /** `[n]`, how many of an image's k neighbours on the map are among its k in embedding space. */
  readonly trueNeighbours: Uint8Array;
}

/**
 * Measures maps `[n × 2]` of `[n × d]` embeddings by the k neighbours of each image, k and the metric being those of
 * `neighbours`.
 *
 * - Trustworthiness (Venna and Kaski, Neighborhood preservation in nonlinear projection methods, ICANN 2001) is
 *   1 − 2/(nk(2n − 3k − 1)) · ΣᵢΣⱼ (r(i, j) − k) over neighbours j on the map that are none in embedding space, r being
 *   their rank there: `sklearn.manifold.trustworthiness`. Continuity is the same with both spaces swapped.
 * - Preservation and hit are means over all images (Vernier et al., Quantitative evaluation of time-dependent
 *   multidimensional projection techniques, EuroVis 2020).
 *
 * Up to 2,000 images the sums run over all; of more, over 500 drawn from all parts of their order, always the same, whose
 * ranks are counted among all n: measuring all distances would take longer than all else. Equal distances count as one rank. The
 * result is the same to the last bit for any number of threads.
 * @param labels `[n]`, classes
 * @param options.executor does the work. @default the calling thread, without onnxruntime
 * @throws RangeError when k is above 255
 */
export async function measureMaps(
  embeddings: Embeddings,
  neighbours: Neighbours,
  maps: readonly Matrix<Float64Array>[],
  labels: Int32Array,
  { executor = openLocalExecutor() }: { readonly executor?: Executor } = {},
): Promise<MapQuality[]> {
  const { k, indices } = neighbours;
  const { rows } = embeddings;
  if (k > MOST_NEIGHBOURS)
    throw new RangeError(`maps are measured by ${MOST_NEIGHBOURS} neighbours at most, not ${k}`);
  const sample = spreadSample(rows);
  const compared = await executor.run(
    'compareNeighbourhoods',
    maps.map((points) => ({ points, k, indices, labels, sample })),
  );
  const hasRanks = 2 * k < rows; // the worst map is scaled to 0, which needs images beyond the neighbours
  const falseRanks = hasRanks
    ? await sumFalseRanks(embeddings, neighbours, { sample, compared }, executor)
    : compared.map(() => 0);
  return compared.map(({ trueNeighbours, hit, missedRanks }, map) => {
    const shareOf = (ranks: number): number | undefined =>
      hasRanks ? 1 - (2 * ranks) / (sample.length * k * (2 * rows - 3 * k - 1)) : undefined;
    let kept = 0;
    for (const count of trueNeighbours) kept += count;
    return {
      trustworthiness: shareOf(falseRanks[map]!),
      continuity: shareOf(missedRanks),
      neighbourhoodPreservation: kept / (rows * k),
      neighbourhoodHit: hit,
      trueNeighbours,
    };
  });
}

/** Mean share of an image's neighbours in embedding space that are of its class, 0 … 1. */
export function hitOfNeighbours({ k, indices }: Neighbours, labels: Int32Array): number {
  let hits = 0;
  for (const [at, j] of indices.entries()) if (labels[j] === labels[Math.floor(at / k)]) hits++;
  return hits / indices.length;
}

/**
 * Images whose ranks are counted: all, or one from each of as many equal shares of their order. Which one is drawn:
 * equal steps would keep time with an order of the set's, be it every tenth image of one class.
 */
function spreadSample(images: number): Int32Array {
  if (images <= EXACT_IMAGES) return Int32Array.from({ length: images }, (_, i) => i);
  const [drawn] = fixedVectors(SAMPLED_IMAGES, 1);
  return Int32Array.from(drawn!, (number, share) =>
    Math.floor(((share + 0.5 + number) * images) / SAMPLED_IMAGES),
  );
}

/** What is compared by ranks. */
interface ComparedMaps {
  readonly sample: Int32Array;
  readonly compared: readonly Neighbourhoods[];
}

/** Of each map, Σ (r − k) over neighbours on the map of sampled images that are none in embedding space. */
async function sumFalseRanks(
  embeddings: Embeddings,
  { k, metric }: Neighbours,
  { sample, compared }: ComparedMaps,
  executor: Executor,
): Promise<number[]> {
  const width = k * compared.length;
  const others = new Int32Array(sample.length * width);
  for (let s = 0; s < sample.length; s++) {
    for (const [map, { falseNeighbours }] of compared.entries())
      others.set(falseNeighbours.subarray(s * k, (s + 1) * k), s * width + map * k);
  }
  const counts = await withPooledArrays(executor.buffers, async (arrays) => {
    const scaled = await scaleRows(embeddings, metric, executor, arrays);
    const measured = await executor.run(
      'measurePairs',
      splitRange(sample.length, executor.threads).map(({ from, to }) => ({
        scaled,
        sample: sample.subarray(from, to),
        others: others.subarray(from * width, to * width),
      })),
    );
    const distances = Float64Array.from(measured.flatMap((part) => [...part]));
    const precision = embeddings.rows <= EXACT_IMAGES ? ('float64' as const) : ('float32' as const);
    const task = { scaled, origin: findOrigin(scaled), sample, distances, precision };
    const ranges = splitRange(embeddings.rows, executor.threads, RANK_BLOCK);
    return executor.run(
      'countNearer',
      ranges.map((range) => ({ ...task, range })),
    );
  });
  const sums = compared.map(() => 0);
  for (const [at, j] of others.entries()) {
    if (j === -1) continue;
    let nearer = 0;
    for (const part of counts) nearer += part[at]!;
    sums[Math.floor((at % width) / k)]! += Math.max(0, nearer + 1 - k);
  }
  return sums;
}

/** A point amid the rows: the mean of some of them. */
function findOrigin({ rows, cols, data, scales }: ScaledRows): Float64Array {
  const origin = new Float64Array(cols);
  const count = Math.min(rows, ORIGIN_ROWS);
  for (let at = 0; at < count; at++) {
    const i = Math.floor((at * rows) / count);
    for (let c = 0; c < cols; c++) origin[c]! += (data[i * cols + c]! * scales[i]!) / count;
  }
  return origin;
}
