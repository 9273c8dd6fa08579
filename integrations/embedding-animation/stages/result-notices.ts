/** What is to be known of results: of the models that they come from, and of frames that are alike. */
import type { Notice } from '../contracts.ts';
import { makeNotice } from '../notices.ts';
import type { RunSource } from '../run-source.ts';
import type { AnalysedCheckpoint } from './analyse.ts';
import { openJobs, type ModelJob, type ReadyJob } from './embedding-jobs.ts';

/**
 * Notes what of a run's models is not read, or with a reservation.
 * @throws EmbeddingAnimationError where a checkpoint can't be used
 */
export async function noteModels(source: RunSource): Promise<Notice[]> {
  const checkpoints = source.trainer.checkpoints.filter(({ form }) => form !== 'embeddings');
  return noteJobs(await openJobs({ ...source, trainer: { ...source.trainer, checkpoints } }));
}

function noteJobs(jobs: readonly (ModelJob | ReadyJob)[]): Notice[] {
  const models = jobs.flatMap((job) => ('model' in job && 'unread' in job.model ? [job.model] : []));
  const unread = [...new Set(models.flatMap((model) => model.unread))].sort();
  const sizes = [...new Set(models.flatMap(({ interpolatedFor }) => interpolatedFor ?? []))];
  return [
    ...(unread.length === 0 ? [] : [makeNotice('TensorsNotRead', unread, {})]),
    ...(sizes.length === 0 ? [] : [makeNotice('PositionsInterpolated', [], { made: sizes.join(', ') })]),
  ];
}

/** Notes checkpoints whose embeddings are those of the one before them: their distances are the same to the last bit. */
export function noteIdenticalFrames(analysed: readonly AnalysedCheckpoint[]): Notice[] {
  const alike = analysed.filter((one, index) => index > 0 && isAlike(one, analysed[index - 1]!));
  const items = alike.map(({ checkpoint }) => `step ${checkpoint.step}`);
  return items.length === 0 ? [] : [makeNotice('FramesIdentical', items, {})];
}

function isAlike(a: AnalysedCheckpoint, b: AnalysedCheckpoint): boolean {
  return (
    isEqual(a.outliers.meanDistances, b.outliers.meanDistances) &&
    isEqual(a.projection.explainedVarianceRatio, b.projection.explainedVarianceRatio) &&
    isEqual(a.projection.points.data, b.projection.points.data)
  );
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
