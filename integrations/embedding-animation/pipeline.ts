/** The way of a run from checkpoints to published files: the stages in order, each a call into one room. */
import { join } from 'node:path';
import type { Cache } from './artifacts/cache.ts';
import { trackUses } from './artifacts/cache-uses.ts';
import type { FileDigests } from './artifacts/file-digests.ts';
import { pruneRenderings } from './artifacts/pruning.ts';
import { checkFinished, noteFinishedUse, type Finished } from './artifacts/rendered-folder.ts';
import { hashOf } from './artifacts/stable-json.ts';
import type { Logger, Notice, RunResults } from './contracts.ts';
import { findUntranslated } from './locale/index.ts';
import { describeNotice, levelOf, noticeData } from './notices.ts';
import type { Device } from './options/index.ts';
import type { ProgressEnvironment } from './progress.ts';
import { classStyles, countLookalikes } from './rendering/index.ts';
import { slugOf } from './names.ts';
import { listInputNotices, type RunSource } from './run-source.ts';
import { listVariants } from './variants.ts';
import { alignFrames } from './stages/align.ts';
import { analyseCheckpoints } from './stages/analyse.ts';
import { fontsKey } from './stages/describe-frames.ts';
import { drawFrames } from './stages/draw.ts';
import { embedCheckpoints } from './stages/embed.ts';
import { joinFrames } from './stages/join.ts';
import { noteIdenticalFrames, noteModels } from './stages/result-notices.ts';
import { publishRun } from './stages/publish.ts';
import { stageVersions } from './stages/versions.ts';

/** Earlier renderings of a run that are kept, so that going back to an option costs nothing. */
const RENDERINGS_KEPT = 2;
/** Most characters that a warning names. */
const CHARACTERS_NAMED = 20;

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
  warnOfLanguage(source, context.progress.logger);
  warnOfLookalikes(source, context);
  const folder = renderedFolder(source, context.outputFolder);
  const found = await findFinished(source, folder, context);
  if (found !== undefined) return { folder, finished: found };
  const tracked = { ...context, cache: trackUses(context.cache) };
  const results = source.packed ?? (await computeResults(source, tracked));
  if (source.packed !== undefined) sayNotices(source, results.notices, context);
  const drawn = await drawFrames(source, results.frames, tracked);
  const gifs = await joinFrames(source, drawn, tracked);
  const finished = await publishRun(source, results, { drawn, gifs, folder }, tracked);
  await pruneRenderings(folder, RENDERINGS_KEPT, Date.now());
  return { folder, finished };
}

/** Says what is drawn as boxes, and what is said in English. */
function warnOfLanguage({ id, fonts, language }: RunSource, logger: Logger): void {
  const { missing, advice } = fonts;
  if (missing.length > 0) {
    const shown = missing.slice(0, CHARACTERS_NAMED).join(' ');
    const more = missing.length > CHARACTERS_NAMED ? ` and ${missing.length - CHARACTERS_NAMED} more` : '';
    const way =
      advice.length > 0
        ? `Install a font: npm install ${advice.join(' ')}`
        : 'Install a font that has them, and name it in the option "fonts".';
    logger.warn(`${id}: no font has ${shown}${more}, drawn as boxes. ${way}`);
  }
  const untranslated = findUntranslated(language);
  if (untranslated.length > 0) {
    logger.warn(
      `${id}: said in English, since "${language.locale}" has no words for it: ${untranslated.join(', ')}. ` +
        'Give them in the option "words".',
    );
  }
}

/** Colours and markers are used up some time. */
function warnOfLookalikes({ id, dataset, look }: RunSource, { progress: { logger } }: PipelineContext): void {
  const { classNames } = dataset;
  const counts = listVariants(look).map((variant) => countLookalikes(classStyles(classNames, variant.look)));
  const alike = Math.max(...counts);
  if (alike === 0) return;
  logger.warn(
    `${id}: ${alike} of ${classNames.length} classes look like another class on the map; give "palette" more colours, or choose "classes".`,
  );
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
  logger.info(`${id}: unchanged, ${finished.rendered.variants[0]!.frames.length} frames from the cache`);
  return finished;
}

/** Everything up to the pictures: what checkpoints and images say. */
export async function computeResults(source: RunSource, context: PipelineContext): Promise<RunResults> {
  sayNotices(source, listInputNotices(source), context);
  const embedded = await embedCheckpoints(source, context);
  const analysed = await analyseCheckpoints(source, embedded, context);
  const { k, metric } = analysed[0]!.outliers; // a run has a checkpoint
  const notices = [...(await noteModels(source)), ...noteIdenticalFrames(analysed)];
  sayNotices(source, notices, context);
  const results = { frames: alignFrames(source, analysed), neighbours: { k, metric } };
  return notices.length === 0 ? results : { ...results, notices };
}

function sayNotices(
  { id }: RunSource,
  notices: readonly Notice[] = [],
  { progress: { logger } }: Pick<PipelineContext, 'progress'>,
): void {
  for (const notice of notices) logger[levelOf(notice)](`${id}: ${describeNotice(notice)}`);
}

/** Where a run's files go. */
export function renderedFolder(source: RunSource, outputFolder: string): string {
  const { id, file, trainer, dataset, look, language, packed } = source;
  const key = hashOf({
    id,
    file,
    look,
    language,
    fonts: fontsKey(source),
    checkpoints: trainer.checkpoints.map(({ step, epoch, loss, accuracy, digest }) => ({
      step,
      epoch,
      loss,
      accuracy,
      digest,
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
