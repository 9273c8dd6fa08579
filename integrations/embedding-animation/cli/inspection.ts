/** What `inspect` finds out of a run. */
import type { RunSource } from '../run-source.ts';
import { measurePack, packKey, readPackDescription } from '../packed/index.ts';
import { resultVersions } from '../stages/versions.ts';
import { runStage } from '../progress.ts';
import type { PipelineContext } from '../pipeline.ts';
import { measureStages, type StageCost, type StageCosts } from './estimate.ts';
import { probeRun, type RunState } from './probe.ts';
import type { Workspace } from './workspace.ts';

/** A run's pack: none, one of the same results, or one of others. */
export type PackState = 'none' | 'current' | 'stale' | 'in use';

/** What is there of a run, what a build would compute, and how long that takes here. */
export interface Inspection {
  readonly source: RunSource;
  readonly cacheFolder: string;
  readonly state: RunState;
  readonly pack: PackState;
  /** Bytes of the pack's files; 0 where there is none. */
  readonly packBytes: number;
  readonly work: readonly Work[];
}

/** What is left of one stage. */
export interface Work {
  readonly stage: 'embed' | 'analyse' | 'draw';
  readonly unit: 'checkpoint' | 'frame';
  readonly missing: number;
  readonly total: number;
  /** Estimated; 0 when nothing is missing. */
  readonly seconds: number;
}

/**
 * Inspects an opened run. Nothing is kept in the cache.
 * @throws EmbeddingAnimationError for a checkpoint, an image or a pack that can't be used
 */
export async function inspectRun({ source, context, cacheFolder }: Workspace): Promise<Inspection> {
  const state = await probeRun(source, context);
  const isDone = state.isRendered && state.checkpoints.every(({ isAnalysed }) => isAnalysed);
  const costs = isDone ? undefined : await measure(source, context);
  return {
    source,
    cacheFolder,
    state,
    ...(await inspectPack(source)),
    work: listWork(source, state, costs),
  };
}

async function measure(source: RunSource, context: PipelineContext): Promise<StageCosts> {
  return runStage(`${source.id}: measuring`, 'stages', context.progress, async (update) => ({
    result: await measureStages(source, context, update),
    line: `${source.id}: measured how long stages take here`,
  }));
}

async function inspectPack(source: RunSource): Promise<Pick<Inspection, 'pack' | 'packBytes'>> {
  const pack = await readPackDescription(source.folder);
  if (pack === undefined) return { pack: 'none', packBytes: 0 };
  const packBytes = await measurePack(source.folder);
  if (source.packed !== undefined) return { pack: 'in use', packBytes };
  const key = packKey({ ...source, versions: resultVersions });
  return { pack: pack.key === key ? 'current' : 'stale', packBytes };
}

function listWork(source: RunSource, state: RunState, costs: StageCosts | undefined): Work[] {
  const total = source.trainer.checkpoints.length;
  const work = (stage: Work['stage'], unit: Work['unit'], done: number): Work => ({
    stage,
    unit,
    missing: total - done,
    total,
    seconds: secondsOf(total - done, costs?.[stage]),
  });
  const drawing = work('draw', 'frame', state.isRendered ? total : state.framesDrawn);
  if (source.packed !== undefined) return [drawing];
  const embedded = state.checkpoints.filter(({ isEmbedded }) => isEmbedded).length;
  const analysed = state.checkpoints.filter(({ isAnalysed }) => isAnalysed).length;
  return [work('embed', 'checkpoint', embedded), work('analyse', 'checkpoint', analysed), drawing];
}

function secondsOf(missing: number, cost: StageCost | undefined): number {
  if (missing === 0 || cost === undefined) return 0;
  return (cost.onceMs + missing * cost.eachMs) / 1000;
}
