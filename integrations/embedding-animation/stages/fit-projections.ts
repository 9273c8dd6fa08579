/** What maps of several checkpoints have in common, found before any of them is made: axes, or anchors of classes. */
import { analysisVersions, fitPrincipalAxes, poolAxes, type PrincipalAxes } from '../analysis/index.ts';
import type { Cache } from '../artifacts/cache.ts';
import { findOrMake } from '../artifacts/cached-results.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Projection } from '../options/index.ts';
import { mapInOrder } from '../threads/concurrency.ts';
import {
  axesResult,
  ownMap,
  scatterAnalysis,
  sharedMap,
  type AnalysisContext,
  type FittedProjection,
} from './analysis-results.ts';
import type { EmbeddedCheckpoint } from './embed.ts';
import { fitClasses, type ClassLogits } from './fit-classes.ts';
import { openSharedEmbeddings } from './shared-embeddings.ts';

/** Finds what the frames of each projection have in common; nothing of the checkpoints is kept in memory. */
export type FitProjections = (context: AnalysisContext) => Promise<readonly FittedProjection[]>;

/** A checkpoint whose embeddings are there. */
type FittedCheckpoint = Pick<EmbeddedCheckpoint, 'checkpoint' | 'key' | 'load'>;

/** What projections are fitted to. */
export interface FittedRun {
  readonly embedded: readonly FittedCheckpoint[];
  /** For a class map. */
  readonly classes?: ClassLogits | undefined;
}

/** Checkpoints whose scatter matrices are formed at the same time. */
const AT_ONCE = 2;

/**
 * How `projections` are fitted, in their order.
 * @throws TypeError for a class map of a run without logits
 */
export function fitProjections(
  projections: readonly Projection[],
  run: FittedRun,
  cache: Cache,
): FitProjections {
  return async (context) => {
    const fitted: FittedProjection[] = [];
    for (const projection of projections) fitted.push(await fitProjection(projection, run, context, cache));
    return fitted;
  };
}

async function fitProjection(
  projection: Projection,
  { embedded, classes }: FittedRun,
  context: AnalysisContext,
  cache: Cache,
): Promise<FittedProjection> {
  switch (projection) {
    case 'per-checkpoint':
      return fitOwn(context);
    case 'pooled':
      return fitPooled(embedded, context, cache);
    case 'last':
      return fitLast(embedded, context, cache);
    case 'classes':
      if (classes === undefined) throw new TypeError('a class map is fitted to logits');
      return fitClasses(classes, context, cache);
  }
}

/** Each checkpoint by its own two principal components: nothing is in common. */
function fitOwn(context: AnalysisContext): FittedProjection {
  return { projection: 'per-checkpoint', mapOf: (embeddings) => ownMap(embeddings, context) };
}

/**
 * The two principal components of the embeddings of all checkpoints together. Each checkpoint's scatter matrix is a
 * result of its own: another checkpoint costs its own, and the axes.
 */
async function fitPooled(
  embedded: readonly FittedCheckpoint[],
  context: AnalysisContext,
  cache: Cache,
): Promise<FittedProjection> {
  const width = embedded[0]!.checkpoint.embeddingWidth; // a run has a checkpoint
  const dependsOn = { pooled: embedded.map(({ key }) => key), version: analysisVersions.pooledPca };
  const axes = await findOrMake(cache, axesResult(dependsOn, width), () => {
    const shared = openSharedEmbeddings(embedded, context.pool.buffers, () => 1);
    const scatters = mapInOrder(embedded.length, AT_ONCE, (index) => {
      const { key } = embedded[index]!;
      const analysis = scatterAnalysis({ key, get: () => shared.get(index) }, width, context);
      return findOrMake(cache, analysis, analysis.compute).finally(() => shared.release(index));
    });
    return poolAxes(scatters, { executor: context.pool });
  });
  return shareAxes('pooled', { key: hashOf(dependsOn), get: () => Promise.resolve(axes) }, context);
}

/** The two principal components of the last checkpoint's embeddings. */
async function fitLast(
  embedded: readonly FittedCheckpoint[],
  context: AnalysisContext,
  cache: Cache,
): Promise<FittedProjection> {
  const { checkpoint, key } = embedded.at(-1)!; // a run has a checkpoint
  const dependsOn = { last: key, version: analysisVersions.pooledPca };
  const axes = await findOrMake(cache, axesResult(dependsOn, checkpoint.embeddingWidth), async () => {
    const shared = openSharedEmbeddings(embedded.slice(-1), context.pool.buffers, () => 1);
    return fitPrincipalAxes(await shared.get(0), { executor: context.pool }).finally(() => shared.release(0));
  });
  return shareAxes('last', { key: hashOf(dependsOn), get: () => Promise.resolve(axes) }, context);
}

function shareAxes(
  projection: Projection,
  axes: { readonly key: string; readonly get: () => Promise<PrincipalAxes> },
  context: AnalysisContext,
): FittedProjection {
  return { projection, mapOf: (embeddings) => sharedMap(embeddings, axes, context) };
}
