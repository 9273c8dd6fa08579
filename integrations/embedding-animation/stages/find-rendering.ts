/** Where a run's rendering lies, and whether it does. */
import { join } from 'node:path';
import { checkRendering, touchRendering, type RenderingContents } from '../artifacts/rendering-folder.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import { slugOf } from '../run-ids.ts';
import { noticeData } from '../notices.ts';
import { listInputNotices, type RunSource } from '../run-source.ts';
import { stageVersions, type RenderContext } from './context.ts';
import { fontsKey } from './describe-frames.ts';

/** Where a run's files go: the folder's name is a hash of all that decides them. */
export function locateRendering(source: Omit<RunSource, 'folder' | 'inputs'>, outputFolder: string): string {
  const { id, file, trainer, dataset, look, maps, language, packed } = source;
  const key = hashOf({
    id,
    file,
    look,
    maps,
    language,
    fonts: fontsKey(source),
    checkpoints: trainer.checkpoints.map(({ step, epoch, loss, accuracy, digest, logits }) => ({
      step,
      epoch,
      loss,
      accuracy,
      digest,
      logits: logits?.digest,
    })),
    losses: trainer.losses,
    lossGaps: trainer.lossGaps,
    dataset: dataset.digest,
    notices: noticeData(listInputNotices(source)),
    packed: packed?.digest,
    versions: stageVersions,
  });
  return join(renderingsFolder(id, outputFolder), key);
}

/** Where all renderings of a run lie, each in a folder of its own. */
export function renderingsFolder(id: string, outputFolder: string): string {
  return join(outputFolder, slugOf(id));
}

/** The run's files, where they are finished and whole. They and all that went into them count as used today. */
export async function findRendering(
  { id }: Pick<RunSource, 'id'>,
  folder: string,
  { cache, digests, progress: { logger } }: Pick<RenderContext, 'cache' | 'digests' | 'progress'>,
): Promise<RenderingContents | undefined> {
  const found = await checkRendering(folder, digests.hashFile);
  await digests.save();
  if (found.state === 'damaged')
    logger.warn(`${id}: a finished file (${found.file}) is damaged; the run's files are made again.`);
  if (found.state !== 'whole') return undefined;
  const { contents } = found;
  await touchRendering(folder);
  for (const { kind, key } of contents.uses) await cache.has(kind, key);
  logger.info(`${id}: unchanged, ${contents.rendered.perFrame.length} frames from the cache`);
  return contents;
}
