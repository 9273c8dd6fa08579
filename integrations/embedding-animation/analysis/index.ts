/**
 * Analysis: embeddings in; outlier scores, maps and aligned maps out. Pure mathematics on typed arrays. What is wanted
 * of a frame besides has a file of its own beside `outliers.ts`, on `knn/`, `pca/` and `linalg/`.
 */
import type { Embeddings } from '../contracts.ts';
import type { ArrayAllocator } from '../threads/buffer-pool.ts';

export { openAnalysisPool, type AnalysisPool } from './executor.ts';
export { findNeighbours, firstNeighbours, scoreOutliers, scoresFrom, strongestOutliers } from './outliers.ts';
export {
  chooseTemperature,
  confusionOf,
  orderClasses,
  placeAnchors,
  placeOnCircle,
} from './class-map/index.ts';
export { mean } from './linalg/vectors.ts';
export {
  fitPca,
  fitPrincipalAxes,
  type FittedAxes,
  type PrincipalAxes,
  type PrincipalMap,
} from './pca/fit-pca.ts';
export { measureScatter, poolAxes, type Scatter } from './pca/pooled-pca.ts';
export { projectOnAxes } from './pca/project-on-axes.ts';
export { hitOfNeighbours, measureMaps, type MapQuality } from './quality/measure-maps.ts';
export {
  describeMovement,
  measureDisplacements,
  measureTemporal,
  type Movement,
  type TemporalQuality,
} from './quality/temporal.ts';
export { alignFrames, type AlignedFrames, type AlignmentOptions } from './align-frames.ts';
export { alignProcrustes, standardise } from './procrustes.ts';

/**
 * What gives other numbers for the same embeddings than before is raised to one more than the highest of all, and what
 * is new starts there. Each is part of the cache keys of its results.
 */
export const analysisVersions = {
  outliers: 4,
  pca: 4,
  alignment: 4,
  neighbours: 5,
  pooledPca: 5,
  classMap: 5,
  quality: 5,
} as const;

/** The version of all results together: another one whenever one of them changes. */
export const ANALYSIS_VERSION = String(Math.max(...Object.values(analysisVersions)));

/** A copy in pooled shared memory, which the threads of a pool read in place. */
export function copyToShared(
  { rows, cols, data }: Embeddings,
  arrays: Pick<ArrayAllocator, 'float32'>,
): Embeddings {
  const shared = arrays.float32(data.length);
  shared.set(data);
  return { rows, cols, data: shared };
}
