/** What `inspect` finds out of a run, be it fit for a build or not. */
import { readRendering } from '../../artifacts/rendering-folder.ts';
import { readPartialTrainerRun } from '../../checkpoints/index.ts';
import type { Checkpoint, Dataset, Notice } from '../../contracts.ts';
import { openDataset } from '../../dataset/index.ts';
import { EmbeddingAnimationError, makeError, withPlace } from '../../errors.ts';
import { describeFileError } from '../../files.ts';
import type { MapOptions, Projection, RunFile } from '../../options/index.ts';
import { measurePack, packKey, readPackDescription } from '../../packed/index.ts';
import { locateRendering } from '../../pipeline.ts';
import { listInputNotices, trainerOptions, type RunSource } from '../../run-source.ts';
import { resultVersions } from '../../stages/context.ts';
import { caveatsOf, openJob } from '../../stages/embedding-jobs.ts';
import { noteModels } from '../../stages/run-notices.ts';
import type { OptionValues } from '../arguments.ts';
import type { RunComparison } from '../compare.ts';
import type { RUN_FILE_OPTIONS } from '../commands.ts';
import type { InspectResult } from '../results.ts';
import { assumeRunFile, type PartialRunFile } from '../run-file-options.ts';
import { openSource, type LocatedRun } from '../run-location.ts';
import { findComparison, PACKED, probeRun, type RunState } from './cache-state.ts';
import { listWork, type Work } from './work.ts';

/** A run's pack: none, one of the same results, one of others, the one that is read, or one nobody can tell. */
export type PackState = InspectResult['pack']['state'];

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

/** The maps of a run. */
export interface InspectedMaps {
  /** Those that a build makes, the one that is shown first. */
  readonly made: readonly MapOptions[];
  /** Projections that the run could have besides; of a packed run none. */
  readonly others: readonly Projection[];
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
  /** `undefined` where the run can't be used. */
  readonly maps: InspectedMaps | undefined;
  /** How the maps that the run could have compare, where all that tells it is there. */
  readonly comparison: RunComparison | undefined;
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
  const state = packed === undefined ? await probeRun(source, context) : undefined;
  const checkpoints = trainer.checkpoints.map((checkpoint, index): InspectedCheckpoint => {
    const { isEmbedded, isScored, missingMaps, problem } = state?.checkpoints[index] ?? PACKED;
    const isAnalysed = isScored && missingMaps.length === 0;
    const name = nameOf(checkpoint, source);
    return { name, step: checkpoint.step, checkpoint, isEmbedded, isAnalysed, problem };
  });
  const problems = checkpoints.flatMap(({ problem }) => problem ?? []);
  const choice = state?.choice;
  if (choice instanceof EmbeddingAnimationError) problems.push(choice.at({ run: source.id }));
  const isFinished = (await readRendering(locateRendering(source, context.outputFolder))) !== undefined;
  const maps = problems.length > 0 ? undefined : describeMaps(source, state);
  const work =
    maps === undefined
      ? []
      : await caught(() => listWork(source, state, { maps: maps.made.length, isFinished }, context));
  if (work instanceof EmbeddingAnimationError) problems.push(work.at({ run: source.id }));
  const isUsable = problems.length === 0;
  const ofModels = !isUsable || packed !== undefined ? [] : await noteModelsOf(source);
  const ofMaps = choice === undefined || choice instanceof EmbeddingAnimationError ? [] : choice.notices;
  return {
    id: source.id,
    title: source.file.title,
    cacheFolder,
    isUsable,
    dataset,
    history: { losses: trainer.losses.length, evaluations: trainer.evaluations.length },
    checkpoints,
    maps,
    comparison: isUsable ? await findComparison(source, context) : undefined,
    notices: [...listInputNotices(source), ...ofModels, ...ofMaps, ...(packed?.notices ?? [])],
    ...(await inspectPack(source.folder, source)),
    problems,
    isRendered: isFinished,
    work: work instanceof EmbeddingAnimationError ? [] : work,
  };
}

function describeMaps({ maps, packed }: RunSource, state: RunState | undefined): InspectedMaps {
  if (packed !== undefined) return { made: packed.maps.map(({ options }) => options), others: [] };
  const choice = state?.choice;
  const possible =
    choice === undefined || choice instanceof EmbeddingAnimationError ? [] : choice.projections;
  const wanted = new Set(maps.map(({ projection }) => projection));
  return {
    made: maps.filter(({ projection }) => possible.includes(projection)),
    others: possible.filter((projection) => !wanted.has(projection)),
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
    maps: undefined,
    comparison: undefined,
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
