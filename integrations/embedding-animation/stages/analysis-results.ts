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
  decodeNeighbours,
  decodeOutlierScores,
  encodeDoubles,
  encodeMap,
  encodeNeighbours,
  encodeOutlierScores,
  type CachedResult,
} from '../artifacts/cached-results.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { ClassAnchor, EmbeddingMap, Embeddings, Neighbours, OutlierScores } from '../contracts.ts';
import type { Projection } from '../options/index.ts';

/** Most neighbours of each image that are kept. */
const NEIGHBOURS_KEPT = 10;

/** Neighbours of each image that are kept, and that maps are measured by: 10, or all others where there are fewer. */
export function countNeighboursKept(images: number): number {
  return Math.min(NEIGHBOURS_KEPT, images - 1);
}

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
  const kept = countNeighboursKept(images);
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
    encode: ({ means, upper }) => encodeDoubles(means, upper),
    decode: (bytes) => {
      const values = decodeDoubles(bytes, width + (width * (width + 1)) / 2);
      return values && { rows: images, means: values.slice(0, width), upper: values.slice(width) };
    },
  };
}

/** Axes that checkpoints share, by what they were fitted to. */
export function axesResult(
  dependsOn: CachedResult<PrincipalAxes>['dependsOn'],
  width: number,
): CachedResult<PrincipalAxes> {
  return {
    kind: 'axes',
    dependsOn,
    encode: ({ means, axes }) => encodeDoubles(means, axes.data),
    decode: (bytes) => {
      const values = decodeDoubles(bytes, 3 * width);
      const axes = values && { rows: 2, cols: width, data: values.slice(width) };
      return axes && { means: values.slice(0, width), axes };
    },
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
    encode: encodeQuality,
    decode: (bytes) => decodeQuality(bytes, images),
  };
}

/** Figures of a map's quality, in the order in which they are kept. */
const QUALITY_FIGURES = [
  'trustworthiness',
  'continuity',
  'neighbourhoodPreservation',
  'neighbourhoodHit',
] as const satisfies (keyof MapQuality)[];

/** NaN stands for a figure that a map does not have. */
function encodeQuality({ trueNeighbours, ...figures }: MapQuality): Uint8Array {
  return encodeDoubles(
    QUALITY_FIGURES.map((figure) => figures[figure] ?? NaN),
    trueNeighbours,
  );
}

function decodeQuality(bytes: Uint8Array, images: number): MapQuality | undefined {
  const values = decodeDoubles(bytes, QUALITY_FIGURES.length + images);
  if (values === undefined) return undefined;
  const figureOf = (at: number): number | undefined => (Number.isNaN(values[at]) ? undefined : values[at]);
  return {
    trustworthiness: figureOf(0),
    continuity: figureOf(1),
    neighbourhoodPreservation: values[2]!,
    neighbourhoodHit: values[3]!,
    trueNeighbours: Uint8Array.from(values.subarray(QUALITY_FIGURES.length)),
  };
}

// --- projections -----------------------------------------------------------------------------------

/** How every checkpoint's embeddings become points. */
export interface FittedProjection {
  readonly projection: Projection;
  /** Of a class map. */
  readonly classes?: ClassMapFacts;
  /** The map of one checkpoint, by its index. */
  readonly mapOf: (embeddings: AnalysedEmbeddings, index: number) => MapAnalysis;
}

/** What a class map has in common over all frames. */
export interface ClassMapFacts {
  /** Around the circle. */
  readonly anchors: readonly ClassAnchor[];
  readonly temperature: number;
}
