/** What `inspect` finds out of a run, be it fit for a build or not. */
import { readRendering } from '../../artifacts/rendering-folder.ts';
import { readPartialTrainerRun } from '../../checkpoints/index.ts';
import type { Checkpoint, Dataset, Notice } from '../../contracts.ts';
import { openDataset } from '../../dataset/index.ts';
import { EmbeddingAnimationError, makeError, withPlace } from '../../errors.ts';
import { describeFileError } from '../../files.ts';
import type { RunFile } from '../../options/index.ts';
import { measurePack, packKey, readPackDescription } from '../../packed/index.ts';
import { locateRendering } from '../../pipeline.ts';
import { runStage } from '../../progress.ts';
import { listInputNotices, trainerOptions, type RunSource } from '../../run-source.ts';
import { resultVersions } from '../../stages/context.ts';
import { caveatsOf, openJob } from '../../stages/embedding-jobs.ts';
import { noteModels } from '../../stages/run-notices.ts';
import type { OptionValues } from '../arguments.ts';
import type { RUN_FILE_OPTIONS } from '../commands.ts';
import type { InspectResult } from '../results.ts';
import { assumeRunFile, type PartialRunFile } from '../run-file-options.ts';
import { openSource, type LocatedRun } from '../run-location.ts';
import { countDrawn, probeCheckpoint } from './cache-state.ts';
import { estimateWork, type StageSeconds } from './estimate.ts';

/** A run's pack: none, one of the same results, one of others, the one that is read, or one nobody can tell. */
export type PackState = InspectResult['pack']['state'];

/** What is left of one stage. */
export type Work = InspectResult['work'][number];

/** A checkpoint, as far as it is known, and what of its results is in the cache. */
export interface InspectedCheckpoint {
  /** Its folder below the run's. */
  readonly name: string;
  readonly step: number | undefined;
  readonly checkpoint: Checkpoint | undefined;
  readonly isEmbedded: boolean;
  readonly isAnalysed: boolean;
  readonly problem: EmbeddingAnimationError | undefined;
}

/** What is there of a run, what a build would compute, and how long that takes here. */
export interface Inspection {
  readonly id: string;
  readonly title: string;
  readonly cacheFolder: string;
  /** Whether a build could use the run. */
  readonly isUsable: boolean;
  readonly dataset: Dataset | undefined;
  readonly history: { readonly losses: number; readonly evaluations: number };
  readonly checkpoints: readonly InspectedCheckpoint[];
  /** What of its input is not used, or with a reservation. */
  readonly notices: readonly Notice[];
  readonly pack: PackState;
  /** Bytes of the pack's files; 0 where there is none. */
  readonly packBytes: number;
  /** All that is wrong, checkpoint by checkpoint and with the rest. */
  readonly problems: readonly EmbeddingAnimationError[];
  readonly isRendered: boolean;
  /** Nothing where the run can't be used. */
  readonly work: readonly Work[];
}

type Given = OptionValues<typeof RUN_FILE_OPTIONS>;

/**
 * Inspects a run. What is wrong with it is part of what is found out; no result is kept in the cache.
 * @throws errors that are none of the catalogue's
 */
export async function inspectRun(located: LocatedRun, given: Given): Promise<Inspection> {
  const file = await caught(() => located.describe());
  if (file instanceof EmbeddingAnimationError)
    return surveyRun(located, assumeRunFile(located.location.id, given), file);
  // A file that can't be read is found again by the survey, which knows what it is.
  const source = await caught(() => openSource(located, file).catch(refuseUnreadable));
  if (source instanceof EmbeddingAnimationError) return surveyRun(located, file, source);
  return inspectSource(located, source);
}

/** A run that could be opened. Models and images are looked at closely only now. */
async function inspectSource({ context, cacheFolder }: LocatedRun, source: RunSource): Promise<Inspection> {
  const { trainer, dataset, packed } = source;
  const checkpoints: InspectedCheckpoint[] = [];
  for (const checkpoint of trainer.checkpoints) {
    const { step } = checkpoint;
    const probed =
      packed === undefined
        ? await probeCheckpoint(source, checkpoint, context)
        : { isEmbedded: true, isAnalysed: true };
    const name = nameOf(checkpoint, source);
    checkpoints.push({ problem: undefined, ...probed, name, step, checkpoint });
  }
  const problems = checkpoints.flatMap(({ problem }) => problem ?? []);
  const isFinished = (await readRendering(locateRendering(source, context.outputFolder))) !== undefined;
  const ofModels = problems.length > 0 || packed !== undefined ? [] : await noteModelsOf(source);
  const work =
    problems.length > 0 ? [] : await caught(() => listWork(source, checkpoints, context, isFinished));
  if (work instanceof EmbeddingAnimationError) problems.push(work.at({ run: source.id }));
  return {
    id: source.id,
    title: source.file.title,
    cacheFolder,
    isUsable: problems.length === 0,
    dataset,
    history: { losses: trainer.losses.length, evaluations: trainer.evaluations.length },
    checkpoints,
    notices: [...listInputNotices(source), ...ofModels, ...(packed?.notices ?? [])],
    ...(await inspectPack(source.folder, source)),
    problems,
    isRendered: isFinished,
    work: work instanceof EmbeddingAnimationError ? [] : work,
  };
}

/** A run that could not be opened, because of `reason`: each part of it on its own. */
async function surveyRun(
  { location, cacheFolder, context }: LocatedRun,
  file: PartialRunFile,
  reason: EmbeddingAnimationError,
): Promise<Inspection> {
  const { id, folder, projectRoot, hashFile, scanCache } = location;
  const hashing = hashFile === undefined ? {} : { hashFile };
  const survey = await readPartialTrainerRun(id, folder, { ...trainerOptions(file, location), ...hashing });
  const images = file.dataset === undefined ? undefined : await openImages(file.dataset);
  await context.digests.save();
  const checkpoints = survey.checkpoints.map(({ name, step, checkpoint, problem }): InspectedCheckpoint => ({
    name,
    step,
    checkpoint,
    isEmbedded: false,
    isAnalysed: false,
    problem,
  }));
  const others = [...survey.problems, ...checkpoints.flatMap(({ problem }) => problem ?? [])];
  const isSaid = (error: EmbeddingAnimationError) => others.some(({ message }) => message === error.message);
  if (images instanceof EmbeddingAnimationError && !isSaid(images)) others.unshift(images);
  const isKnown = isSaid(reason) || (others.length > 0 && describeFileError(reason.cause) !== undefined);
  return {
    id,
    title: file.title,
    cacheFolder,
    isUsable: false,
    dataset: images instanceof EmbeddingAnimationError ? undefined : images,
    history: { losses: survey.losses.length, evaluations: survey.evaluations.length },
    checkpoints,
    notices: [
      ...survey.notices,
      ...(images instanceof EmbeddingAnimationError ? [] : (images?.notices ?? [])),
    ],
    ...(await inspectPack(folder, undefined)),
    problems: isKnown ? others : [reason, ...others],
    isRendered: false,
    work: [],
  };

  function openImages(dataset: RunFile['dataset']): Promise<Dataset | EmbeddingAnimationError> {
    const reading = { runFolder: folder, projectRoot, ...hashing, ...(scanCache && { scanCache }) };
    return caught(() => withPlace({ run: id }, () => openDataset(dataset, reading).catch(refuseUnreadable)));
  }
}

/** Models are opened one at a time. */
async function noteModelsOf(source: RunSource): Promise<Notice[]> {
  const models = [];
  for (const checkpoint of source.trainer.checkpoints)
    models.push(caveatsOf(await openJob(source, checkpoint)));
  return noteModels(models);
}

async function inspectPack(
  folder: string,
  source: RunSource | undefined,
): Promise<Pick<Inspection, 'pack' | 'packBytes'>> {
  const pack = await caught(() => readPackDescription(folder));
  if (pack === undefined) return { pack: 'none', packBytes: 0 };
  const packBytes = await measurePack(folder);
  if (source?.packed !== undefined) return { pack: 'in use', packBytes };
  if (pack instanceof EmbeddingAnimationError || source === undefined) return { pack: 'unknown', packBytes };
  const key = packKey({ ...source, versions: resultVersions });
  return { pack: pack.key === key ? 'current' : 'stale', packBytes };
}

async function listWork(
  source: RunSource,
  checkpoints: readonly InspectedCheckpoint[],
  context: LocatedRun['context'],
  isFinished: boolean,
): Promise<Work[]> {
  const leftOf = (key: 'isEmbedded' | 'isAnalysed') =>
    checkpoints.flatMap(({ checkpoint, [key]: isThere }) =>
      isThere || checkpoint === undefined ? [] : [checkpoint],
    );
  const [embed, analyse] = [leftOf('isEmbedded'), leftOf('isAnalysed')];
  // Where a result is missing no frame counts as drawn: what it changes is not known.
  const isComplete = analyse.length === 0;
  const total = checkpoints.length;
  const drawn = isFinished ? total : isComplete ? await countDrawn(source, context) : 0;
  const missing = { embed, analyse, draw: total - drawn };
  const isDone = embed.length + analyse.length + missing.draw === 0;
  const seconds = isDone ? { embed: 0, analyse: 0, draw: 0 } : await estimate(source, context, missing);
  const drawing = {
    stage: 'draw',
    unit: 'frame',
    missing: missing.draw,
    total,
    seconds: seconds.draw,
  } as const;
  if (source.packed !== undefined) return [drawing];
  return [
    { stage: 'embed', unit: 'checkpoint', missing: embed.length, total, seconds: seconds.embed },
    { stage: 'analyse', unit: 'checkpoint', missing: analyse.length, total, seconds: seconds.analyse },
    drawing,
  ];
}

function estimate(
  source: RunSource,
  context: LocatedRun['context'],
  missing: Parameters<typeof estimateWork>[2],
): Promise<StageSeconds> {
  return runStage(`${source.id}: measuring`, 'stages', context.progress, async (update) => ({
    result: await estimateWork(source, context, missing, update),
    line: `${source.id}: measured how long stages take here`,
  }));
}

function nameOf({ folder, form, step }: Checkpoint, source: RunSource): string {
  if (form === 'packed') return `checkpoint-${step}`;
  const below = folder.slice(source.folder.length + 1);
  return below === '' ? '.' : below.replaceAll('\\', '/');
}

/** What the file system refuses is one of the images here. */
function refuseUnreadable(cause: unknown): never {
  const refused = describeFileError(cause);
  if (refused === undefined) throw cause;
  throw makeError('DatasetInvalid', 'refused', refused, { file: refused.file, cause });
}

async function caught<T>(work: () => Promise<T>): Promise<T | EmbeddingAnimationError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) return error;
    throw error;
  }
}
