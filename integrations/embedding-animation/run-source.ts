/** A run as it lies in the project, opened and checked, before anything heavy happens. */
import { join } from 'node:path';
import { hasModelFiles, readRunFile, readTrainerRun } from './checkpoints/index.ts';
import type { Dataset, TrainerRun } from './contracts.ts';
import { matchLabels, openDataset } from './dataset/index.ts';
import { canBuild, countParameters } from './embedding/index.ts';
import { EmbeddingAnimationError, withPlace, type ErrorPlace } from './errors.ts';
import type { AnimationOptions, RunAnimation, RunFile } from './options/index.ts';
import type { RunOverview } from './artifacts/summary.ts';
import {
  findChangedOption,
  PACK_FILES,
  packInvalid,
  readPack,
  readPackDescription,
  type PackedResults,
} from './packed/index.ts';
import { measureEmbeddings, READY_FILES } from './ready-embeddings/index.ts';
import { classColours } from './rendering/index.ts';

const RUN_FILE = 'run.yaml';

/** Everything a run's folder says. */
export interface RunSource {
  readonly id: string;
  readonly folder: string;
  readonly file: RunFile;
  readonly trainer: TrainerRun;
  readonly dataset: Dataset;
  /** The integration's looks with the run's own on top. */
  readonly look: AnimationOptions;
  /** What stands in for checkpoints whose weights are not here. */
  readonly packed?: PackedResults;
}

/** Where a run lies and how it should look unless it says otherwise. */
export interface RunLocation {
  readonly id: string;
  readonly folder: string;
  readonly projectRoot: string;
  readonly look: AnimationOptions;
  /**
   * What run.yaml would say, for a folder that has none.
   * @default the folder's run.yaml
   */
  readonly file?: RunFile;
  /**
   * sha256 (hex) of a file, remembered from build to build.
   * @default reads every file
   */
  readonly hashFile?: (path: string) => Promise<string>;
}

/**
 * Reads run.yaml, the Trainer's folder and the evaluation set of one run, and checks that they fit. Where no
 * checkpoint has weights, an export or ready embeddings and the run has been packed, the pack stands in for all.
 * @throws EmbeddingAnimationError for every input that can't be used, with its run
 */
export async function openRun(location: RunLocation): Promise<RunSource> {
  const { id, folder, projectRoot, hashFile } = location;
  const hashing = hashFile === undefined ? {} : { hashFile };
  return withPlace({ run: id }, async () => {
    const file = location.file ?? (await readRunFile(id, join(folder, RUN_FILE)));
    const look = mergeLooks(location.look, file.animation ?? {});
    if (await isPackedOnly(folder)) return { id, folder, file, look, ...(await openPack(id, folder, file)) };
    const trainer = await readTrainerRun(id, folder, {
      embedding: file.embedding,
      canBuild,
      countParameters,
      ready: { names: READY_FILES, measure: measureEmbeddings },
      ...hashing,
    });
    const dataset = await openDataset(file.dataset, { runFolder: folder, projectRoot, ...hashing });
    matchLabels(dataset, trainer.classNames, { run: id });
    checkNeighbours(file.k, dataset.items.length, { run: id, file: RUN_FILE });
    return { id, folder, file, trainer, dataset, look };
  });
}

async function isPackedOnly(folder: string): Promise<boolean> {
  if (await hasModelFiles(folder, READY_FILES)) return false;
  return (await readPackDescription(folder)) !== undefined;
}

async function openPack(
  id: string,
  folder: string,
  file: RunFile,
): Promise<Pick<RunSource, 'trainer' | 'dataset' | 'packed'>> {
  const { pack, trainer, dataset, results } = await readPack(id, folder);
  const changed = findChangedOption(pack, file);
  if (changed === undefined) return { trainer, dataset, packed: results };
  throw packInvalid(PACK_FILES.description, 'optionChanged', { option: changed });
}

/** What pages may say of a run without an embedding having been made. */
export function describeRun({ id, file, trainer, dataset, look }: RunSource): RunOverview {
  const { checkpoints, losses, evaluations } = trainer;
  const last = checkpoints.at(-1)!; // readTrainerRun refuses a run without checkpoints
  const accuracies = evaluations.flatMap(({ step, accuracy }) =>
    accuracy === undefined ? [] : [{ step, accuracy }],
  );
  return {
    id,
    title: file.title,
    description: file.description,
    credit: file.credit,
    modelType: last.modelType,
    hiddenSize: last.hiddenSize,
    parameters: last.parameters,
    images: dataset.items.length,
    classNames: [...dataset.classNames],
    classColours: [...classColours(dataset.classNames.length, look)],
    training: {
      steps: checkpoints.map(({ step }) => step),
      lastStep: last.step,
      epochs: last.epoch,
      losses: { first: losses[0]?.loss, last: losses.at(-1)?.loss },
      accuracies,
    },
  };
}

/** `undefined` in a run's looks means "not said". */
function mergeLooks(base: AnimationOptions, own: RunAnimation): AnimationOptions {
  const said = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(said) };
}

function checkNeighbours(k: number | undefined, images: number, place: ErrorPlace): void {
  if (k === undefined || k < images) return;
  throw new EmbeddingAnimationError('TooManyNeighbours', {
    ...place,
    problem: `k is ${k}, but the evaluation set has ${images} images: an image has at most ${images - 1} neighbours`,
    hint: `Set k to ${images - 1} or less, or leave it out.`,
  });
}
