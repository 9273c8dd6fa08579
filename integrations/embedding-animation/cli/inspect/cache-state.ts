/** What of a run is in the cache, found by running its stages with a cache that makes nothing. */
import type { Cache } from '../../artifacts/cache.ts';
import type { Checkpoint } from '../../contracts.ts';
import { EmbeddingAnimationError } from '../../errors.ts';
import { MAP_OF_EACH_PROJECTION, type Projection } from '../../options/index.ts';
import { computeResults, type PipelineContext } from '../../pipeline.ts';
import type { RunSource } from '../../run-source.ts';
import { analyseCheckpoints } from '../../stages/analyse.ts';
import type { FittedProjection } from '../../stages/analysis-results.ts';
import { chooseProjections, type ProjectionChoice } from '../../stages/choose-projections.ts';
import { drawMaps } from '../../stages/draw.ts';
import { embedCheckpoints, type EmbeddedCheckpoint } from '../../stages/embed.ts';
import { findLogits } from '../../stages/find-logits.ts';
import { fitProjections, type FitProjections, type FittedRun } from '../../stages/fit-projections.ts';
import { makeLogits } from '../../stages/logits.ts';
import { listVariants } from '../../variants.ts';
import { compareRun, type RunComparison } from '../compare.ts';

/** Which results of one checkpoint are there, or what is wrong with it. */
export interface CheckpointState {
  readonly isEmbedded: boolean;
  /** Whether its outliers are scored, its neighbours found, and its way from the checkpoint before measured. */
  readonly isScored: boolean;
  /** Projections of the run's maps that it has not been put on. */
  readonly missingMaps: readonly Projection[];
  readonly problem?: EmbeddingAnimationError;
}

/** A packed checkpoint: its results are there in another way. */
export const PACKED: CheckpointState = { isEmbedded: true, isScored: true, missingMaps: [] };

/** What is there of a run. */
export interface RunState {
  /** In the run's order. */
  readonly checkpoints: readonly CheckpointState[];
  /** Which maps the run can have; why it can have none; `undefined` where a checkpoint can't be used. */
  readonly choice: ProjectionChoice | EmbeddingAnimationError | undefined;
}

/** Pictures of a run: frames × maps. */
export interface DrawingState {
  readonly drawn: number;
  readonly total: number;
}

/** Thrown where a stage would begin to work. */
class NotCached extends Error {
  override readonly name = 'NotCached';

  constructor() {
    super('a stage asked for what is not in the cache');
  }
}

/**
 * Finds out which results of a run are in the cache. Nothing is computed and nothing written.
 * @throws errors that are none of the catalogue's
 */
export async function probeRun(source: RunSource, context: PipelineContext): Promise<RunState> {
  const probed: (EmbeddedState | EmbeddingAnimationError)[] = [];
  for (const checkpoint of source.trainer.checkpoints)
    probed.push(await probeEmbeddings(withCheckpoints(source, [checkpoint]), context));
  const found = probed.filter((state): state is EmbeddedState => !(state instanceof EmbeddingAnimationError));
  if (found.length < probed.length) return { checkpoints: probed.map(withoutAnalysis), choice: undefined };
  const embedded = found.map((state) => state.embedded);
  const fitted = await caught(() => chooseMaps(source, embedded, context));
  if (fitted instanceof EmbeddingAnimationError)
    return { checkpoints: probed.map(withoutAnalysis), choice: fitted };
  const analysed = await probeAnalysis(source, fitted, context);
  return {
    checkpoints: found.map(({ isEmbedded }, index) => ({ isEmbedded, ...analysed[index]! })), // one of each
    choice: fitted.choice,
  };
}

/**
 * Counts the pictures that are drawn, of a run whose results are all there. Nothing is drawn and nothing written.
 * @returns `undefined` where a result is missing: what it changes is not known
 * @throws EmbeddingAnimationError `ImageUnreadable`
 */
export async function countDrawn(
  source: RunSource,
  context: PipelineContext,
): Promise<DrawingState | undefined> {
  const missing = new Set<string>();
  const watching = watchMisses(context, (kind, key) => missing.add(`${kind}/${key}`));
  const results = source.packed ?? (await ifCached(() => computeResults(withoutCopies(source), watching)));
  if (results === undefined) return undefined;
  missing.clear(); // embeddings need not be there any more
  await drawMaps(source, results, watching);
  const total = results.frames.length * results.maps.length;
  const drawn = Math.floor(total - missing.size / listVariants(source.look).length);
  return { drawn: Math.max(0, drawn), total };
}

/** The comparison of a run's maps, where all that it is made from is there. */
export function findComparison(
  source: RunSource,
  context: PipelineContext,
): Promise<RunComparison | undefined> {
  return ifCached(() => compareRun(withoutCopies(source), watchMisses(context)));
}

/** The same run with these checkpoints. */
export function withCheckpoints(source: RunSource, checkpoints: readonly Checkpoint[]): RunSource {
  return { ...source, trainer: { ...source.trainer, checkpoints } };
}

/** The same run that stores no embeddings beside its checkpoints. */
export function withoutCopies(source: RunSource): RunSource {
  return { ...source, file: { ...source.file, storeEmbeddings: false } };
}

/** The same context that says nothing. */
export function silence<Context extends PipelineContext>(context: Context): Context {
  const logger = { info: () => undefined, warn: () => undefined };
  return { ...context, progress: { ...context.progress, logger, terminal: undefined } };
}

/** A checkpoint that can be used. */
interface EmbeddedState {
  readonly embedded: EmbeddedCheckpoint;
  readonly isEmbedded: boolean;
}

/** What is known of the only checkpoint of `one`. What has to be computed from embeddings ends in `NotCached`. */
async function probeEmbeddings(
  one: RunSource,
  context: PipelineContext,
): Promise<EmbeddedState | EmbeddingAnimationError> {
  let isEmbedded = true;
  const watching = watchMisses(context, () => (isEmbedded = false));
  return caught(async () => {
    const [embedded] = await embedCheckpoints(withoutCopies(one), watching);
    return { embedded: { ...embedded!, load: refuse }, isEmbedded }; // of the one checkpoint
  });
}

function withoutAnalysis(state: EmbeddedState | EmbeddingAnimationError): CheckpointState {
  const nothing = { isScored: false, missingMaps: [] };
  return state instanceof EmbeddingAnimationError
    ? { ...nothing, isEmbedded: false, problem: state }
    : { ...nothing, isEmbedded: state.isEmbedded };
}

/** What a run's maps are made from, and which it can have. */
interface FittableRun extends FittedRun {
  readonly embedded: readonly EmbeddedCheckpoint[];
  readonly choice: ProjectionChoice;
}

/** @throws EmbeddingAnimationError where the run can have none of its maps */
async function chooseMaps(
  source: RunSource,
  embedded: readonly EmbeddedCheckpoint[],
  context: PipelineContext,
): Promise<FittableRun> {
  const logits = await findLogits(withoutCopies(source));
  const reasons = { classes: logits.available ? undefined : logits.reason };
  const choice = chooseProjections(source.maps, MAP_OF_EACH_PROJECTION, reasons, { run: source.id });
  if (!logits.available) return { embedded, choice };
  const checkpoints = await makeLogits(withoutCopies(source), logits.origins, watchMisses(context));
  return { embedded, choice, classes: { columns: logits.columns, checkpoints } };
}

/** Which results of the analysis are there, checkpoint by checkpoint and projection by projection. */
async function probeAnalysis(
  source: RunSource,
  run: FittableRun,
  context: PipelineContext,
): Promise<Pick<CheckpointState, 'isScored' | 'missingMaps'>[]> {
  const watching = watchMisses(context);
  const fits = new Map<Projection | undefined, Promise<readonly FittedProjection[]>>();
  const isThere = async (indices: readonly number[], projection?: Projection): Promise<boolean> => {
    // Axes and anchors are those of the whole run, in which these checkpoints have other places.
    const fit: FitProjections = async (own) => {
      const wanted = projection === undefined ? [] : [projection];
      const fitting = fits.get(projection) ?? fitProjections(wanted, run, watching.cache)(own);
      fits.set(projection, fitting);
      return (await fitting).map((fitted) => ({
        ...fitted,
        mapOf: (embeddings, at) => fitted.mapOf(embeddings, indices[at]!),
      }));
    };
    const those = indices.map((index) => run.embedded[index]!);
    return (await ifCached(() => analyseCheckpoints(source, those, fit, watching))) !== undefined;
  };
  const wanted = new Set(source.maps.map(({ projection }) => projection));
  const projections = run.choice.projections.filter((projection) => wanted.has(projection));
  const states: Pick<CheckpointState, 'isScored' | 'missingMaps'>[] = [];
  for (const index of run.embedded.keys()) {
    const isAlone = await isThere([index]);
    const isScored = isAlone && (states.at(-1)?.isScored !== true || (await isThere([index - 1, index])));
    const missingMaps: Projection[] = [];
    for (const projection of projections)
      if (!isAlone || !(await isThere([index], projection))) missingMaps.push(projection);
    states.push({ isScored, missingMaps });
  }
  return states;
}

/** What `work` gives, or the error of the catalogue that it ends in. */
async function caught<Result>(work: () => Promise<Result>): Promise<Result | EmbeddingAnimationError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) return error;
    throw error;
  }
}

/** What `work` gives, unless something is missing for it. */
async function ifCached<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotCached) return undefined;
    throw error;
  }
}

/**
 * A context that says nothing and whose cache is not written. What a stage looks for is told to `onAbsent` where it is
 * missing, and counts as there; where a stage would read it, or make it, the stage ends in `NotCached`.
 */
function watchMisses<Context extends PipelineContext>(
  context: Context,
  onAbsent: (kind: string, key: string) => unknown = () => undefined,
): Context {
  const orRefuse = <Entry>(entry: Entry | undefined): Entry => {
    if (entry === undefined) throw new NotCached();
    return entry;
  };
  const { cache } = context;
  const watching: Cache = {
    ...cache,
    async has(kind, key) {
      if (!(await cache.has(kind, key))) onAbsent(kind, key);
      return true;
    },
    read: async (kind, key) => orRefuse(await cache.read(kind, key)),
    locate: async (kind, key) => orRefuse(await cache.locate(kind, key)),
    write: refuse,
  };
  return { ...silence(context), cache: watching };
}

function refuse(): Promise<never> {
  return Promise.reject(new NotCached());
}
