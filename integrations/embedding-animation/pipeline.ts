/** The way of a run from checkpoints to published files: the stages in order, each a call into one room. */
import { join } from 'node:path';
import type { Cache } from './artifacts/cache.ts';
import { trackUses } from './artifacts/cache-uses.ts';
import type { FileDigests } from './artifacts/file-digests.ts';
import { pruneRenderings } from './artifacts/pruning.ts';
import { checkFinished, noteFinishedUse, type Finished } from './artifacts/rendered-folder.ts';
import { hashOf } from './artifacts/stable-json.ts';
import type { RunResults } from './contracts.ts';
import type { Device } from './options/index.ts';
import type { ProgressEnvironment } from './progress.ts';
import type { RunSource } from './run-source.ts';
import { alignFrames } from './stages/align.ts';
import { analyseCheckpoints } from './stages/analyse.ts';
import { drawFrames } from './stages/draw.ts';
import { embedCheckpoints } from './stages/embed.ts';
import { joinFrames } from './stages/join.ts';
import { publishRun } from './stages/publish.ts';
import { stageVersions } from './stages/versions.ts';

/** Earlier renderings of a run that are kept, so that going back to an option costs nothing. */
const RENDERINGS_KEPT = 2;

/** What the stages work with. */
export interface PipelineContext {
  readonly cache: Cache;
  readonly progress: ProgressEnvironment;
  /** Most worker threads. */
  readonly threads: number;
  /** What embeds. @default 'cpu' */
  readonly device?: Device | undefined;
  /** Receives `<run>/<key>/` with the finished files. */
  readonly outputFolder: string;
}

/** What a run is rendered with. */
export interface RenderContext extends PipelineContext {
  /** Of finished files: those that have not changed are not read again. */
  readonly digests: FileDigests;
}

/** The finished files of a run. */
export interface RenderedRun {
  readonly folder: string;
  readonly finished: Finished;
}

/**
 * Renders a run, or finds it rendered: the folder's name is a hash of all that decides its files.
 * @throws EmbeddingAnimationError for input that can't be used; nothing is left half-written
 */
export async function renderRun(source: RunSource, context: RenderContext): Promise<RenderedRun> {
  const folder = renderedFolder(source, context.outputFolder);
  const found = await findFinished(source, folder, context);
  if (found !== undefined) return { folder, finished: found };
  const tracked = { ...context, cache: trackUses(context.cache) };
  const results = source.packed ?? (await computeResults(source, tracked));
  const pictures = await drawFrames(source, results.frames, tracked);
  const gif = await joinFrames(source, pictures, tracked);
  const finished = await publishRun(source, results, { pictures, gif, folder }, tracked);
  await pruneRenderings(folder, RENDERINGS_KEPT, Date.now());
  return { folder, finished };
}

/** The run's files, where they are finished and whole. They and all that went into them count as used today. */
async function findFinished(
  { id }: RunSource,
  folder: string,
  { cache, digests, progress: { logger } }: RenderContext,
): Promise<Finished | undefined> {
  const found = await checkFinished(folder, digests.hashFile);
  await digests.save();
  if (found.state === 'damaged')
    logger.warn(`${id}: a finished file (${found.file}) is damaged; the run's files are made again.`);
  if (found.state !== 'whole') return undefined;
  const { finished } = found;
  await noteFinishedUse(folder);
  for (const { kind, key } of finished.uses) await cache.has(kind, key);
  logger.info(`${id}: unchanged, ${finished.rendered.frames.length} frames from the cache`);
  return finished;
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
  { id, file, trainer, dataset, look, packed }: RunSource,
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
    packed: packed?.digest,
    versions: stageVersions,
  });
  return join(renderingsFolder(id, outputFolder), key);
}

/** Where all renderings of a run lie, each in a folder of its own. */
export function renderingsFolder(id: string, outputFolder: string): string {
  return join(outputFolder, id);
}
