/** The way of a run from checkpoints to published files: the stages in order, each a call into one room. */
import { trackUses } from './artifacts/cache.ts';
import { pruneRenderings } from './artifacts/pruning.ts';
import type { RenderingContents } from './artifacts/rendering-folder.ts';
import type { RunResults } from './contracts.ts';
import { listInputNotices, type RunSource } from './run-source.ts';
import { analyseRun } from './stages/analyse-run.ts';
import { storeLogits } from './stages/logits.ts';
import type { PipelineContext, RenderContext } from './stages/context.ts';
import { drawMaps } from './stages/draw.ts';
import { embedCheckpoints } from './stages/embed.ts';
import { findRendering, locateRendering } from './stages/find-rendering.ts';
import { encodeGifs } from './stages/encode-gifs.ts';
import { publishRun } from './stages/publish.ts';
import { noteModels, sayNotices, warnOfLanguage, warnOfLookalikes } from './stages/run-notices.ts';

export type { PipelineContext, RenderContext } from './stages/context.ts';
export { locateRendering, renderingsFolder } from './stages/find-rendering.ts';

/** Earlier renderings of a run that are kept, so that going back to an option costs nothing. */
const RENDERINGS_KEPT = 2;

/** The finished files of a run. */
export interface Rendering {
  readonly folder: string;
  readonly contents: RenderingContents;
}

/**
 * Renders a run, or finds it rendered.
 * @throws EmbeddingAnimationError for input that can't be used; nothing is left half-written
 */
export async function renderRun(source: RunSource, context: RenderContext): Promise<Rendering> {
  const { logger } = context.progress;
  warnOfLanguage(source, logger);
  warnOfLookalikes(source, logger);
  const folder = locateRendering(source, context.outputFolder);
  const found = await findRendering(source, folder, context);
  if (found !== undefined) return { folder, contents: found };
  const tracked = { ...context, cache: trackUses(context.cache) };
  const results = source.packed ?? (await computeResults(source, tracked));
  if (source.packed !== undefined) sayNotices(source.id, results.notices ?? [], logger);
  const drawn = await drawMaps(source, results, tracked);
  const animated = await encodeGifs(source, drawn, tracked);
  const contents = await publishRun(source, results, { maps: animated, folder }, tracked);
  await pruneRenderings(folder, RENDERINGS_KEPT, Date.now());
  return { folder, contents };
}

/** Everything up to the pictures: what checkpoints and images say. */
export async function computeResults(source: RunSource, context: PipelineContext): Promise<RunResults> {
  const { logger } = context.progress;
  sayNotices(source.id, listInputNotices(source), logger);
  const embedded = await embedCheckpoints(source, context);
  await storeLogits(source, context);
  const { notices: found, ...results } = await analyseRun(source, embedded, context);
  const notices = [...noteModels(embedded.map(({ caveats }) => caveats)), ...found];
  sayNotices(source.id, notices, logger);
  return notices.length === 0 ? results : { ...results, notices };
}
