/** What the frames of a class map have in common: where each class stands on the circle, and one temperature. */
import {
  analysisVersions,
  chooseTemperature,
  measureConfusion,
  orderClasses,
  placeAnchors,
  placeBetweenAnchors,
} from '../analysis/index.ts';
import type { Cache } from '../artifacts/cache.ts';
import { decodeDoubles, encodeDoubles, findOrMake, type CachedResult } from '../artifacts/cached-results.ts';
import type { ClassAnchor } from '../contracts.ts';
import { mapAnalysis, type AnalysisContext, type FittedProjection } from './analysis-results.ts';
import type { ClassColumn } from './class-columns.ts';
import type { CheckpointLogits } from './logits.ts';

/** Logits of all checkpoints, and the classes that their columns are of. */
export interface ClassLogits {
  readonly checkpoints: readonly CheckpointLogits[];
  readonly columns: readonly ClassColumn[];
}

/**
 * Orders the classes by what the checkpoints confuse, all together, and chooses the temperature by the last. Each
 * checkpoint's confusion is a result of its own: another checkpoint costs its own.
 */
export async function fitClasses(
  { checkpoints, columns }: ClassLogits,
  context: AnalysisContext,
  cache: Cache,
): Promise<FittedProjection> {
  const confusion = new Float64Array(columns.length ** 2);
  for (const logits of checkpoints) {
    const own = await findOrMake(cache, confusionResult(logits, columns, context), async () =>
      measureConfusion(await logits.load(), columnsOf(columns, context)),
    );
    for (const [at, value] of own.entries()) confusion[at]! += value;
  }
  const order = orderClasses({ rows: columns.length, cols: columns.length, data: confusion });
  const last = checkpoints.at(-1)!; // a run has a checkpoint
  const [temperature] = await findOrMake(cache, temperatureResult(last), async () =>
    Float64Array.of(chooseTemperature(await last.load())),
  );
  const positions = placeAnchors(order);
  const version = analysisVersions.classMap;
  return {
    projection: 'classes',
    classes: { temperature: temperature!, anchors: listAnchors(order, positions.data, columns) },
    mapOf: (_, index) => {
      const { key, load } = checkpoints[index]!;
      return mapAnalysis({ logits: key, order, temperature, version }, context, async () => ({
        points: placeBetweenAnchors(await load(), positions, temperature!),
        explainedVarianceRatio: undefined,
      }));
    },
  };
}

/** `[n]`, the column of each image's class. */
function columnsOf(columns: readonly ClassColumn[], { labels }: Pick<AnalysisContext, 'labels'>): Int32Array {
  const columnOf = new Map(columns.map(({ label }, column) => [label, column]));
  return labels.map((label) => columnOf.get(label)!); // every class of the set has a column
}

/** `[C × C]` */
function confusionResult(
  { key }: Pick<CheckpointLogits, 'key'>,
  columns: readonly ClassColumn[],
  { labelsKey }: Pick<AnalysisContext, 'labelsKey'>,
): CachedResult<Float64Array> {
  const classes = columns.map(({ label }) => label ?? -1);
  return {
    kind: 'confusions',
    dependsOn: { logits: key, labels: labelsKey, classes, version: analysisVersions.classMap },
    encode: (values) => encodeDoubles(values),
    decode: (bytes) => decodeDoubles(bytes, columns.length ** 2),
  };
}

function temperatureResult({ key }: Pick<CheckpointLogits, 'key'>): CachedResult<Float64Array> {
  return {
    kind: 'temperatures',
    dependsOn: { logits: key, version: analysisVersions.classMap },
    encode: (values) => encodeDoubles(values),
    decode: (bytes) => decodeDoubles(bytes, 1),
  };
}

/** Around the circle. */
function listAnchors(
  order: readonly number[],
  positions: Float64Array,
  columns: readonly ClassColumn[],
): ClassAnchor[] {
  return order.map((column) => ({
    ...columns[column]!, // an order is of all columns
    x: positions[2 * column]!,
    y: positions[2 * column + 1]!,
  }));
}
