/** The way of a run from checkpoints to published files: the stages in order, each a call into one room. */
import { join } from 'node:path';
import type { Cache } from './artifacts/cache.ts';
import { pruneRendered, readRendered, writeRendered } from './artifacts/rendered-folder.ts';
import { hashOf } from './artifacts/stable-json.ts';
import type { ProgressEnvironment } from './progress.ts';
import type { RunSource } from './run-source.ts';
import { alignFrames } from './stages/align.ts';
import { analyseCheckpoints } from './stages/analyse.ts';
import { drawFrames } from './stages/draw.ts';
import { embedCheckpoints } from './stages/embed.ts';
import { joinFrames } from './stages/join.ts';
import { describeFiles, writeManifest } from './stages/publish.ts';
import { stageVersions } from './stages/versions.ts';

/** Earlier renderings of a run that are kept, so that going back to an option costs nothing. */
const RENDERINGS_KEPT = 2;

/** What the stages work with. */
export interface PipelineContext {
  readonly cache: Cache;
  readonly progress: ProgressEnvironment;
  /** Most worker threads. */
  readonly threads: number;
  /** Receives `<run>/<key>/` with the finished files. */
  readonly outputFolder: string;
}

/**
 * Renders a run, or finds it rendered: the folder's name is a hash of all that decides its files.
 * @throws EmbeddingAnimationError for input that can't be used; nothing is left half-written
 */
export async function renderRun(source: RunSource, context: PipelineContext): Promise<void> {
  const folder = renderedFolder(source, context.outputFolder);
  const finished = await readRendered(folder);
  if (finished !== undefined) {
    context.progress.logger.info(`${source.id}: unchanged, ${finished.frames.length} frames from the cache`);
    return;
  }
  const embedded = await embedCheckpoints(source, context);
  const analyses = await analyseCheckpoints(source, embedded, context);
  const frames = alignFrames(source, analyses);
  const pictures = await drawFrames(source, frames, context);
  const gif = await joinFrames(source, pictures, context);
  const files = [...pictures, gif, ...writeManifest(source, frames, analyses)];
  await writeRendered(folder, files, describeFiles(source, frames, files));
  await pruneRendered(folder, RENDERINGS_KEPT);
}

/** Where a run's files go. */
export function renderedFolder(
  { id, file, trainer, dataset, look }: RunSource,
  outputFolder: string,
): string {
  const key = hashOf({
    id,
    file,
    look,
    checkpoints: trainer.checkpoints.map(({ step, epoch, loss, accuracy, digest }) => ({
      step,
      epoch,
      loss,
      accuracy,
      digest,
    })),
    losses: trainer.losses,
    dataset: dataset.digest,
    versions: stageVersions,
  });
  return join(outputFolder, id, key);
}
