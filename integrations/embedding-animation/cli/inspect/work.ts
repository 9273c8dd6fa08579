/** What a build of a run would do, stage by stage. */
import type { PipelineContext } from '../../pipeline.ts';
import { withProgress } from '../../progress.ts';
import type { RunSource } from '../../run-source.ts';
import type { InspectResult } from '../results.ts';
import { countDrawn, PACKED, type RunState } from './cache-state.ts';
import { estimateWork, type MissingWork, type StageSeconds } from './estimate.ts';

/** What is left of one stage. */
export type Work = InspectResult['work'][number];

/**
 * Lists what is left of each stage, with the time that it takes here. Of a packed run that is drawing alone.
 * @param state what is in the cache; `undefined` of a packed run
 * @throws EmbeddingAnimationError where the work would
 */
export async function listWork(
  source: RunSource,
  state: RunState | undefined,
  { maps, isFinished }: { readonly maps: number; readonly isFinished: boolean },
  context: PipelineContext,
): Promise<Work[]> {
  const { checkpoints } = source.trainer;
  const states = checkpoints.map((checkpoint, index) => ({
    ...(state?.checkpoints[index] ?? PACKED),
    checkpoint,
  }));
  const embed = states.filter(({ isEmbedded }) => !isEmbedded).map(({ checkpoint }) => checkpoint);
  const score = states.filter(({ isScored }) => !isScored).map(({ checkpoint }) => checkpoint);
  const project = states
    .filter(({ missingMaps }) => missingMaps.length > 0)
    .map(({ checkpoint, missingMaps: missing }) => ({ checkpoint, missing }));
  const unanalysed = new Set([...score, ...project.map(({ checkpoint }) => checkpoint)]).size;
  const total = checkpoints.length * maps;
  // Where a result is missing no frame counts as drawn: what it changes is not known.
  const found = isFinished || unanalysed > 0 ? undefined : await countDrawn(source, context);
  const drawn = isFinished ? total : (found?.drawn ?? 0);
  const missing: MissingWork = { embed, analyse: { score, project }, draw: total - drawn };
  const isDone = embed.length + unanalysed + missing.draw === 0;
  const seconds = isDone ? { embed: 0, analyse: 0, draw: 0 } : await estimate(source, context, missing);
  const drawing = {
    stage: 'draw',
    unit: 'frame',
    missing: missing.draw,
    total,
    seconds: seconds.draw,
  } as const;
  if (source.packed !== undefined) return [drawing];
  const all = checkpoints.length;
  return [
    { stage: 'embed', unit: 'checkpoint', missing: embed.length, total: all, seconds: seconds.embed },
    { stage: 'analyse', unit: 'checkpoint', missing: unanalysed, total: all, seconds: seconds.analyse },
    drawing,
  ];
}

function estimate(source: RunSource, context: PipelineContext, missing: MissingWork): Promise<StageSeconds> {
  return withProgress(`${source.id}: measuring`, 'stages', context.progress, async (update) => ({
    result: await estimateWork(source, context, missing, update),
    line: `${source.id}: measured how long stages take here`,
  }));
}
