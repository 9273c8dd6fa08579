/** What is to be known of results: of the models that they come from, and of frames that are alike. */
import type { Notice } from '../contracts.ts';
import { makeNotice } from '../notices.ts';
import type { RunSource } from '../run-source.ts';
import type { AnalysedCheckpoint } from './analyse.ts';
import { openJob } from './embedding-jobs.ts';

/**
 * Notes what of a run's models is not read, or with a reservation.
 * @throws EmbeddingAnimationError where a checkpoint can't be used
 */
export async function noteModels(source: RunSource): Promise<Notice[]> {
  const unread = new Set<string>();
  const sizes = new Set<string>();
  for (const checkpoint of source.trainer.checkpoints) {
    if (checkpoint.form === 'embeddings') continue;
    const job = await openJob(source, checkpoint);
    if (!('model' in job && 'unread' in job.model)) continue;
    for (const name of job.model.unread) unread.add(name);
    if (job.model.interpolatedFor !== undefined) sizes.add(job.model.interpolatedFor);
  }
  return [
    ...(unread.size === 0 ? [] : [makeNotice('TensorsNotRead', [...unread].sort(), {})]),
    ...(sizes.size === 0 ? [] : [makeNotice('PositionsInterpolated', [], { made: [...sizes].join(', ') })]),
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
