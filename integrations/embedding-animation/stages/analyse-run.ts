/** A run's embeddings in; its frames, its maps and, where it is asked for, a comparison of all maps it could have out. */
import { describeMovement, strongestOutliers } from '../analysis/index.ts';
import type { Frame, Notice, RunMap, RunResults } from '../contracts.ts';
import { frameFigures, OUTLIERS_PUBLISHED } from '../frame-figures.ts';
import { completeMap, type MapOptions } from '../options/index.ts';
import type { RunSource } from '../run-source.ts';
import { analyseCheckpoints, type AnalysedCheckpoint, type AnalysisSource } from './analyse.ts';
import { chooseProjections } from './choose-projections.ts';
import type { PipelineContext } from './context.ts';
import type { EmbeddedCheckpoint } from './embed.ts';
import { findLogits, type LogitsSource } from './find-logits.ts';
import { fitProjections } from './fit-projections.ts';
import { compareMap, alignMap } from './align.ts';
import { makeLogits } from './logits.ts';
import { noteIdenticalFrames, noteUncertainMirrors } from './run-notices.ts';

/** What the results take from a run. */
export interface ResultSource extends AnalysisSource, LogitsSource, Pick<RunSource, 'maps'> {
  readonly dataset: RunSource['dataset'];
  readonly file: RunSource['file'];
}

/** Maps that are compared: the article's, other ways to align its frames, and axes or anchors that all frames share. */
const COMPARED: readonly MapOptions[] = [
  completeMap({ projection: 'per-checkpoint' }),
  completeMap({ projection: 'per-checkpoint', name: 'without-scaling', scaling: false }),
  completeMap({ projection: 'per-checkpoint', name: 'generalized', align: 'generalized' }),
  completeMap({ projection: 'per-checkpoint', name: 'first', align: 'first' }),
  completeMap({ projection: 'per-checkpoint', name: 'previous', align: 'previous' }),
  completeMap({ projection: 'per-checkpoint', name: 'unaligned', align: 'none' }),
  completeMap({ projection: 'pooled' }),
  completeMap({ projection: 'last', name: 'last-axes' }),
  completeMap({ projection: 'classes' }),
];

/**
 * All that is known of a run whose embeddings are there.
 * @throws EmbeddingAnimationError `OptionsInvalid` where it can have none of its maps; what `findLogits`, `makeLogits` and
 *   `analyseCheckpoints` throw
 */
export async function analyseRun(
  source: ResultSource,
  embedded: readonly EmbeddedCheckpoint[],
  context: PipelineContext,
): Promise<RunResults & { readonly notices: readonly Notice[] }> {
  const compared = source.file.compareMaps ? COMPARED : [];
  const isOfClasses = [...source.maps, ...compared].some(({ projection }) => projection === 'classes');
  const logits = isOfClasses ? await findLogits(source) : undefined;
  const reasons = { classes: logits?.available === false ? logits.reason : undefined };
  const { projections, notices } = chooseProjections(source.maps, compared, reasons, { run: source.id });
  const classes =
    logits?.available === true
      ? { columns: logits.columns, checkpoints: await makeLogits(source, logits.origins, context) }
      : undefined;
  const fit = fitProjections(projections, { embedded, classes }, context.cache);
  const { analysed, fitted } = await analyseCheckpoints(source, embedded, fit, context);
  const movement = describeMovement(analysed.slice(1).map(({ displacements }) => displacements));
  const isPossible = ({ projection }: MapOptions) => projections.includes(projection);
  const makeMap = (options: MapOptions): RunMap => alignMap(options, analysed, fitted, movement);
  const [first, ...others] = source.maps.filter(isPossible).map(makeMap);
  const maps: RunResults['maps'] = [first!, ...others]; // chooseProjections refuses a run without
  const { k, metric } = analysed[0]!.outlierScores; // a run has a checkpoint
  return {
    frames: analysed.map(describeFrame),
    maps,
    ...(source.file.compareMaps && {
      comparison: {
        // One after the other: the points of one compared map are in memory at a time.
        maps: COMPARED.filter(isPossible).map((options) => compareMap(makeMap(options))),
        embeddingHits: analysed.map(({ embeddingHit }) => embeddingHit),
      },
    }),
    outlierSettings: { k, metric },
    notices: [...notices, ...noteIdenticalFrames(analysed), ...noteUncertainMirrors(maps, analysed)],
  };
}

function describeFrame({ checkpoint, outlierScores, meanDistance }: AnalysedCheckpoint): Frame {
  return {
    ...frameFigures.training.parse(checkpoint),
    meanDistance,
    scores: outlierScores.scores,
    outliers: strongestOutliers(outlierScores, OUTLIERS_PUBLISHED),
  };
}
