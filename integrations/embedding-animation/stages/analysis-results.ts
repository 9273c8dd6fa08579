/** What is computed from embeddings, result by result: what decides each, how it is made, and how the cache keeps it. */
import {
  analysisVersions,
  findNeighbours,
  firstNeighbours,
  fitPca,
  measureDisplacements,
  measureScatter,
  projectOnAxes,
  scoresFrom,
  type AnalysisPool,
  type MapQuality,
  type PrincipalAxes,
  type Scatter,
} from '../analysis/index.ts';
import {
  decodeDoubles,
  decodeMap,
  decodeMapQuality,
  decodeNeighbours,
  decodeOutlierScores,
  decodeScatter,
  encodeDoubles,
  encodeMap,
  encodeMapQuality,
  encodeNeighbours,
  encodeOutlierScores,
  encodeScatter,
  type CachedResult,
} from '../artifacts/cached-results.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { EmbeddingMap, Embeddings, Neighbours, OutlierScores } from '../contracts.ts';

/** Neighbours of each image that are kept, and that maps are measured by. */
export const NEIGHBOURS_KEPT = 10;

/** A result that can be made where the cache does not have it. */
export interface Analysis<Value> extends CachedResult<Value> {
  readonly compute: () => Promise<Value>;
}

/** A checkpoint's embeddings: the key that they are kept under, and a way to get them, in shared memory. */
export interface AnalysedEmbeddings {
  readonly key: string;
  readonly get: () => Promise<Embeddings>;
}

/** What all results of a run are made with. */
export interface AnalysisContext {
  readonly pool: AnalysisPool;
  readonly images: number;
  /** Neighbours that outlier scores count, where run.yaml says it. */
  readonly k: number | undefined;
  /** `[n]`, classes of the images. */
  readonly labels: Int32Array;
  /** sha256 (hex) of `labels`. */
  readonly labelsKey: string;
}

/** Outlier scores and nearest neighbours: two results of one search. */
export function neighbourAnalyses({ key, get }: AnalysedEmbeddings, { pool, images, k }: AnalysisContext) {
  const kept = Math.min(NEIGHBOURS_KEPT, images - 1);
  let searching: Promise<Neighbours> | undefined;
  const search = () =>
    (searching ??= get().then((embeddings) =>
      findNeighbours(embeddings, { k: Math.max(k ?? 0, kept), executor: pool }),
    ));
  const outlierScores: Analysis<OutlierScores> = {
    kind: 'outlier-scores',
    dependsOn: { embeddings: key, k, version: analysisVersions.outliers },
    compute: async () => scoresFrom(firstNeighbours(await search(), k ?? kept)),
    encode: encodeOutlierScores,
    decode: (bytes) => decodeOutlierScores(bytes, images),
  };
  const neighbours: Analysis<Neighbours> = {
    kind: 'neighbours',
    dependsOn: { embeddings: key, k: kept, version: analysisVersions.neighbours },
    compute: async () => firstNeighbours(await search(), kept),
    encode: encodeNeighbours,
    decode: (bytes) => decodeNeighbours(bytes, images, kept),
  };
  return { outlierScores, neighbours };
}

/** A frame on a map, and what names its points. */
export interface MapAnalysis extends Analysis<EmbeddingMap> {
  readonly key: string;
}

/** Points of a frame, by what decides them. */
export function mapAnalysis(
  dependsOn: Readonly<Record<string, unknown>>,
  { images }: Pick<AnalysisContext, 'images'>,
  compute: () => Promise<EmbeddingMap>,
): MapAnalysis {
  const decode = (bytes: Uint8Array) => decodeMap(bytes, images);
  return { kind: 'maps', key: hashOf(dependsOn), dependsOn, compute, encode: encodeMap, decode };
}

/** The checkpoint's own two principal components. */
export function ownMap({ key, get }: AnalysedEmbeddings, context: AnalysisContext): MapAnalysis {
  const dependsOn = { embeddings: key, method: 'pca', version: analysisVersions.pca };
  return mapAnalysis(dependsOn, context, async () => fitPca(await get(), { executor: context.pool }));
}

/** A checkpoint on axes that all checkpoints share. */
export function sharedMap(
  { key, get }: AnalysedEmbeddings,
  axes: { readonly key: string; readonly get: () => Promise<PrincipalAxes> },
  context: AnalysisContext,
): MapAnalysis {
  const dependsOn = { embeddings: key, axes: axes.key, version: analysisVersions.pooledPca };
  return mapAnalysis(dependsOn, context, async () =>
    projectOnAxes(await get(), await axes.get(), { executor: context.pool }),
  );
}

/** A checkpoint's share of the pooled principal components. */
export function scatterAnalysis(
  { key, get }: AnalysedEmbeddings,
  width: number,
  { pool, images }: AnalysisContext,
): Analysis<Scatter> {
  return {
    kind: 'scatters',
    dependsOn: { embeddings: key, version: analysisVersions.pooledPca },
    compute: async () => measureScatter(await get(), { executor: pool }),
    encode: encodeScatter,
    decode: (bytes) => decodeScatter(bytes, images, width),
  };
}

/** How far each image's embedding moves from one checkpoint to the next. */
export function displacementAnalysis(
  from: AnalysedEmbeddings,
  to: AnalysedEmbeddings,
  { images }: Pick<AnalysisContext, 'images'>,
): Analysis<Float64Array> {
  return {
    kind: 'displacements',
    dependsOn: { from: from.key, to: to.key, version: analysisVersions.quality },
    compute: async () => measureDisplacements(await from.get(), await to.get()),
    encode: (values) => encodeDoubles(values),
    decode: (bytes) => decodeDoubles(bytes, images),
  };
}

/** How far a frame's map can be trusted. Moving, turning and scaling the map changes none of it. */
export function qualityResult(
  { key }: Pick<AnalysedEmbeddings, 'key'>,
  map: Pick<MapAnalysis, 'key'>,
  { labelsKey, images }: Pick<AnalysisContext, 'labelsKey' | 'images'>,
): CachedResult<MapQuality> {
  return {
    kind: 'map-quality',
    dependsOn: { embeddings: key, map: map.key, labels: labelsKey, version: analysisVersions.quality },
    encode: encodeMapQuality,
    decode: (bytes) => decodeMapQuality(bytes, images),
  };
}
