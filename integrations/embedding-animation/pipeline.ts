/** The way of a run from checkpoints to published files: the stages in order, each a call into one room. */
import { join } from 'node:path';
import type { Cache } from './artifacts/cache.ts';
import { pruneRendered, readRendered, writeRendered } from './artifacts/rendered-folder.ts';
import { hashOf } from './artifacts/stable-json.ts';
import type { RunResults } from './contracts.ts';
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
  const results = source.packed ?? (await computeResults(source, context));
  const pictures = await drawFrames(source, results.frames, context);
  const gif = await joinFrames(source, pictures, context);
  const files = [...pictures, gif, ...writeManifest(source, results)];
  await writeRendered(folder, files, describeFiles(source, results.frames, gif.content.length));
  await pruneRendered(folder, RENDERINGS_KEPT);
}

/** Everything up to the pictures: what checkpoints and images say. */
export async function computeResults(source: RunSource, context: PipelineContext): Promise<RunResults> {
  const embedded = await embedCheckpoints(source, context);
  const analysed = await analyseCheckpoints(source, embedded, context);
  const { k, metric } = analysed[0]!.outliers; // a run has a checkpoint
  return { frames: alignFrames(source, analysed), neighbours: { k, metric } };
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
