/** Embeddings in; outlier scores, neighbours and maps of every checkpoint out, each of them a result of its own. */
import { createHash } from 'node:crypto';
import {
  hitOfNeighbours,
  mean,
  measureMaps,
  openAnalysisPool,
  type AnalysisPool,
  type MapQuality,
} from '../analysis/index.ts';
import { findOrMake, findOrMakeAll } from '../artifacts/cached-results.ts';
import type { Checkpoint, Dataset, EmbeddingMap, Neighbours, OutlierScores } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import type { Projection, RunFile } from '../options/index.ts';
import { withProgress } from '../progress.ts';
import { mapBounded, settleAll } from '../threads/concurrency.ts';
import {
  displacementAnalysis,
  neighbourAnalyses,
  qualityResult,
  type AnalysedEmbeddings,
  type Analysis,
  type AnalysisContext,
  type FittedProjection,
  type MapAnalysis,
} from './analysis-results.ts';
import type { PipelineContext } from './context.ts';
import type { EmbeddedCheckpoint } from './embed.ts';
import type { FitProjections } from './fit-projections.ts';
import { openSharedEmbeddings, type SharedEmbeddings } from './shared-embeddings.ts';

/** Checkpoints that are analysed at the same time: while one waits for its last thread, the others do the next one's. */
const AT_ONCE = 2;

/** What the analysis takes from a run. */
export interface AnalysisSource {
  readonly id: string;
  readonly file: Pick<RunFile, 'k'>;
  readonly dataset: Pick<Dataset, 'items'>;
}

/** A checkpoint whose embeddings are there. */
type AnalysableCheckpoint = Pick<EmbeddedCheckpoint, 'checkpoint' | 'key' | 'load'>;

/** A checkpoint with what its embeddings say. */
export interface AnalysedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly outlierScores: OutlierScores;
  /** Share of the nearest neighbours in embedding space that are of the same class, 0 … 1. */
  readonly embeddingHit: number;
  /** `[n]`, how far each image's embedding has moved since the checkpoint before; `undefined` of the first. */
  readonly displacements: Float64Array | undefined;
  readonly maps: ReadonlyMap<Projection, ProjectedFrame>;
  /** Mean distance to the nearest neighbours in embedding space, over all images. */
  readonly meanDistance: number;
}

/** One checkpoint on a map, as it was projected. */
export interface ProjectedFrame extends EmbeddingMap {
  readonly quality: MapQuality;
}

/**
 * Scores outliers of each checkpoint, makes its maps and measures them, where the cache does not have it: all threads
 * work on one, and on the next while some wait. A checkpoint's embeddings are read once for all that is missing of
 * it, or not at all.
 * @throws EmbeddingAnimationError `TooFewImages`, `TooManyNeighbours`
 */
export async function analyseCheckpoints(
  source: AnalysisSource,
  embedded: readonly AnalysableCheckpoint[],
  fit: FitProjections,
  context: Pick<PipelineContext, 'cache' | 'threads' | 'progress'>,
): Promise<{ readonly analysed: AnalysedCheckpoint[]; readonly fitted: readonly FittedProjection[] }> {
  const pool = openAnalysisPool(context.threads);
  const { id } = source;
  return withProgress(`${id}: analysing`, 'checkpoints', context.progress, async (update) => {
    const own = describeContext(source, pool);
    const fitted = await withPlace({ run: id }, () => fit(own));
    const shared = openSharedEmbeddings(
      embedded,
      pool.buffers,
      (index) => (index < embedded.length - 1 ? 2 : 1), // itself, and the next one's displacements
    );
    const work = { embedded, shared, fitted, own, cache: context.cache };
    let done = 0;
    const analysed = await mapBounded(embedded, AT_ONCE, async ({ checkpoint }, index) => {
      const place = { run: id, step: checkpoint.step };
      const result = await withPlace(place, () => analyseCheckpoint(work, index)).finally(() =>
        settleAll([shared.release(index), ...(index > 0 ? [shared.release(index - 1)] : [])]),
      );
      update(++done, embedded.length);
      return result;
    });
    const cached = embedded.filter((_, index) => !shared.isOpen(index)).length;
    const maps = analysed.length * fitted.length;
    const line = `${id}: scored outliers of ${analysed.length} checkpoints and fitted ${maps} maps, ${cached} from the cache`;
    return { result: { analysed, fitted }, line };
  }).finally(() => pool.close());
}

function describeContext({ file, dataset }: AnalysisSource, pool: AnalysisPool): AnalysisContext {
  const labels = Int32Array.from(dataset.items, ({ label }) => label);
  const labelsKey = createHash('sha256').update(labels).digest('hex');
  return { pool, images: labels.length, k: file.k, labels, labelsKey };
}

/** What one checkpoint's analysis works with. */
interface AnalysisWork {
  readonly embedded: readonly AnalysableCheckpoint[];
  readonly shared: SharedEmbeddings;
  readonly fitted: readonly FittedProjection[];
  readonly own: AnalysisContext;
  readonly cache: PipelineContext['cache'];
}

async function analyseCheckpoint(
  { embedded, shared, fitted, own, cache }: AnalysisWork,
  index: number,
): Promise<AnalysedCheckpoint> {
  const resultOf = <Value>(analysis: Analysis<Value>) => findOrMake(cache, analysis, analysis.compute);
  const embeddingsOf = (at: number): AnalysedEmbeddings => ({
    key: embedded[at]!.key,
    get: () => shared.get(at),
  });
  const embeddings = embeddingsOf(index);
  const nearest = neighbourAnalyses(embeddings, own);
  const maps = fitted.map(({ mapOf }) => mapOf(embeddings, index));
  const [outlierScores, neighbours, displacements, points] = await settleAll([
    resultOf(nearest.outlierScores),
    resultOf(nearest.neighbours),
    index > 0
      ? resultOf(displacementAnalysis(embeddingsOf(index - 1), embeddings, own))
      : Promise.resolve(undefined),
    settleAll(maps.map(resultOf)),
  ]);
  const qualities = await measureAll({ embeddings, neighbours, maps, points }, own, cache);
  return {
    checkpoint: embedded[index]!.checkpoint,
    outlierScores,
    embeddingHit: hitOfNeighbours(neighbours, own.labels),
    displacements,
    maps: new Map(
      fitted.map(({ projection }, at) => [projection, { ...points[at]!, quality: qualities[at]! }]),
    ),
    meanDistance: mean(outlierScores.meanDistances),
  };
}

/** A checkpoint's maps, and what they are measured by. */
interface MeasuredMaps {
  readonly embeddings: AnalysedEmbeddings;
  readonly neighbours: Neighbours;
  readonly maps: readonly MapAnalysis[];
  readonly points: readonly EmbeddingMap[];
}

/** Measures the maps that have not been measured, together: they share distances in embedding space. */
function measureAll(
  { embeddings, neighbours, maps, points }: MeasuredMaps,
  own: AnalysisContext,
  cache: PipelineContext['cache'],
): Promise<MapQuality[]> {
  const results = maps.map((map) => qualityResult(embeddings, map, own));
  return findOrMakeAll(cache, results, async (missing) =>
    measureMaps(
      await embeddings.get(),
      neighbours,
      missing.map((at) => points[at]!.points),
      own.labels,
      { executor: own.pool },
    ),
  );
}
