/** A run as it lies in the project, opened and checked, before anything heavy happens. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  hasModelFiles,
  readRunFile,
  readTrainerRun,
  RUN_FILE,
  type TrainerRunOptions,
} from './checkpoints/index.ts';
import type { Dataset, Notice, TrainerRun } from './contracts.ts';
import { matchLabels, openDataset, selectImages } from './dataset/index.ts';
import { trackInputs, type InputFiles } from './artifacts/input-files.ts';
import {
  canBuild,
  classifierPooling,
  countParameters,
  embeddingWidth,
  measureExport,
} from './embedding/index.ts';
import { makeError, withPlace, type ErrorPlace } from './errors.ts';
import { hashFile } from './files.ts';
import { DEFAULT_LOCALE, drawnWords, mergeLanguages, type LanguageSettings } from './locale/index.ts';
import { indexNames, slugOf } from './names.ts';
import type { AnimationOptions, RunAnimation, RunFile, SiteLanguage } from './options/index.ts';
import type { Findings } from './artifacts/cached-results.ts';
import type { RunOverview } from './artifacts/summary.ts';
import {
  findChangedOption,
  PACK_FILES,
  packInvalid,
  readPack,
  readPackDescription,
  type PackedResults,
} from './packed/index.ts';
import { openReadyEmbeddings, READY_FILES } from './ready-embeddings/index.ts';
import { classStyles, findFonts, markerSymbol, renamePalette, type FoundFonts } from './rendering/index.ts';
import { listVariants } from './variants.ts';

/** Everything a run's folder says. */
export interface RunSource {
  readonly id: string;
  readonly folder: string;
  readonly file: RunFile;
  readonly trainer: TrainerRun;
  readonly dataset: Dataset;
  /** The integration's looks with the run's own on top. */
  readonly look: AnimationOptions;
  /** Of words and numbers: the integration's with the run's own on top. */
  readonly language: LanguageSettings;
  /** The site's fonts for what is drawn, and what no font has. */
  readonly fonts: FoundFonts;
  /** What stands in for checkpoints whose weights are not here. */
  readonly packed?: PackedResults;
  /** The files behind the digests; none where a pack stands in for them. */
  readonly inputs?: RunInputs;
}

/** The files that a run was opened from. */
export interface RunInputs {
  readonly checkpoints: InputFiles;
  readonly images: InputFiles;
}

/** Where a run lies and how it should look unless it says otherwise. */
export interface RunLocation {
  readonly id: string;
  readonly folder: string;
  readonly projectRoot: string;
  readonly look: AnimationOptions;
  /**
   * Language and fonts unless the run says otherwise.
   * @default English, and the fonts that the package brings along
   */
  readonly language?: SiteLanguage | undefined;
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
  /**
   * Remembers what takes a look at every image to find out.
   * @default looks each time
   */
  readonly findings?: Findings;
}

/**
 * Reads run.yaml, the Trainer's folder and the evaluation set of one run, and checks that they fit. Where no
 * checkpoint has weights, an export or ready embeddings and the run has been packed, the pack stands in for all.
 * @throws EmbeddingAnimationError for every input that can't be used, with its run
 */
export async function openRun(location: RunLocation): Promise<RunSource> {
  const { id, folder, projectRoot, hashFile: hash = hashFile, findings } = location;
  return withPlace({ run: id }, async () => {
    const file = location.file ?? (await readRunFile(id, join(folder, RUN_FILE)));
    const present = (dataset: Dataset) => {
      const own = callClasses(file.animation ?? {}, dataset, { run: id, file: RUN_FILE });
      const look = mergeLooks(callClasses(location.look, dataset), own);
      return { look, ...openLanguageOf(location, file, dataset.classNames) };
    };
    if (await isPackedOnly(location, file)) {
      const packed = await openPack(id, folder, file);
      return { id, folder, file, ...present(packed.dataset), ...packed };
    }
    const inputs = { checkpoints: trackInputs(hash, folder), images: trackInputs(hash, folder) };
    const { hashFile: hashWeights } = inputs.checkpoints;
    const noting = { hashFile: hashWeights, noteFile: hashWeights };
    const trainer = await readTrainerRun(id, folder, { ...trainerOptions(file, location), ...noting });
    await inputs.checkpoints.compare(); // what was said of them is of the same files as their digests
    const { hashFile: hashImages } = inputs.images;
    const reading = { runFolder: folder, projectRoot, hashFile: hashImages, inputs: inputs.images };
    const dataset = await openDataset(file.dataset, { ...reading, ...(findings && { findings }) });
    if (file.dataset.type === 'parquet') await inputs.images.compare(); // its labels lie in the files themselves
    if (file.dataset.labels !== 'own') matchLabels(dataset, trainer.classNames, { run: id });
    checkNeighbours(file.k, dataset.items.length, { run: id, file: RUN_FILE });
    return { id, folder, file, trainer, dataset, inputs, ...present(dataset) };
  });
}

/** The run's language, and fonts for all that is drawn. */
function openLanguageOf(
  { language: site, projectRoot }: RunLocation,
  file: RunFile,
  classNames: readonly string[],
): Pick<RunSource, 'language' | 'fonts'> {
  const { locale = DEFAULT_LOCALE, words, fonts = [] } = site ?? {};
  const language = mergeLanguages({ locale, words }, file);
  const texts = [file.title, ...classNames, ...drawnWords(language)];
  const named = file.fonts ?? fonts;
  return { language, fonts: findFonts({ texts, named, locale: language.locale, projectRoot }) };
}

/** What reading a Trainer's folder takes from run.yaml and from other rooms. */
export function trainerOptions(
  { checkpoints, embedding, evaluation }: Pick<RunFile, 'checkpoints' | 'embedding' | 'evaluation'>,
  { folder, projectRoot }: Pick<RunLocation, 'folder' | 'projectRoot'>,
) {
  const { HF_HUB_CACHE, HF_HOME = join(homedir(), '.cache', 'huggingface') } = process.env;
  const hubCache = HF_HUB_CACHE ?? join(HF_HOME, 'hub');
  return {
    checkpoints,
    embedding,
    evaluation,
    canBuild,
    classifierPooling,
    embeddingWidth,
    measureExport,
    countParameters,
    bases: { base: embedding.base, roots: [folder, projectRoot], hubCache },
    ready: {
      names: READY_FILES,
      open: (path) => openReadyEmbeddings(path, {}, embedding.column),
    },
  } satisfies TrainerRunOptions;
}

async function isPackedOnly(location: RunLocation, file: RunFile): Promise<boolean> {
  const { folder } = location;
  const { checkpoints, bases } = trainerOptions(file, location);
  if (await hasModelFiles(folder, { checkpoints, readyFiles: READY_FILES }, bases)) return false;
  return (await readPackDescription(folder)) !== undefined;
}

async function openPack(
  id: string,
  folder: string,
  file: RunFile,
): Promise<Pick<RunSource, 'trainer' | 'dataset' | 'packed'>> {
  const { pack, trainer, dataset, results } = await readPack(id, folder);
  const changed = findChangedOption(pack, file);
  if (changed === undefined) {
    const { classes } = file.dataset; // in the pack's order and by its names until now
    return { trainer, dataset: selectImages(dataset, { classes }), packed: results };
  }
  throw packInvalid(PACK_FILES.description, 'optionChanged', { option: changed });
}

/** What of a run's folder and its evaluation set is not used, or with a reservation. */
export function listInputNotices({ trainer, dataset }: Pick<RunSource, 'trainer' | 'dataset'>): Notice[] {
  return [...trainer.notices, ...(dataset.notices ?? [])];
}

/** What pages may say of a run without an embedding having been made. */
export function describeRun({ id, file, trainer, dataset, look, language }: RunSource): RunOverview {
  const { checkpoints, losses, lossGaps, evaluations } = trainer;
  const isBroken = (lossGaps?.at(-1)?.step ?? -1) > (losses.at(-1)?.step ?? -1);
  const last = checkpoints.at(-1)!; // readTrainerRun refuses a run without checkpoints
  const styles = classStyles(dataset.classNames, listVariants(look)[0].look);
  const accuracies = evaluations.flatMap(({ step, accuracy }) =>
    accuracy === undefined ? [] : [{ step, accuracy }],
  );
  return {
    id,
    slug: slugOf(id),
    title: file.title,
    description: file.description,
    credit: file.credit,
    modelType: last.modelType,
    hiddenSize: last.hiddenSize,
    parameters: last.parameters,
    images: dataset.items.length,
    classNames: [...dataset.classNames],
    classColours: styles.map(({ colour }) => colour),
    classMarkers: styles.map(({ marker }) => marker),
    markerPaths: Object.fromEntries(styles.map(({ marker }) => [marker, markerSymbol(marker)])),
    language,
    training: {
      steps: checkpoints.map(({ step }) => step),
      lastStep: last.step,
      epochs: last.epoch,
      classes: trainer.classNames.length,
      losses: { first: losses[0]?.loss, last: isBroken ? undefined : losses.at(-1)?.loss },
      accuracies,
    },
  };
}

/**
 * The looks with the names in `palette` as readers see them: it may also use the data set's.
 * @param place of looks that are this run's alone: there every name must be one of its classes
 * @throws EmbeddingAnimationError `RunFileInvalid` for a name that no class has
 */
function callClasses<Look extends RunAnimation>(look: Look, dataset: Dataset, place?: ErrorPlace): Look {
  if (look.palette === undefined) return look;
  const { classNames, originalClassNames = classNames } = dataset;
  const [findShown, findOriginal] = [indexNames(classNames), indexNames(originalClassNames)];
  const palette = renamePalette(look.palette, (name) => {
    const label = [findShown(name), findOriginal(name)].find((found) => found !== -1);
    if (label !== undefined) return classNames[label]!;
    if (place === undefined) return name; // a class of another run
    const known = classNames.map((each) => `"${each}"`).join(', ');
    throw makeError('RunFileInvalid', 'paletteClass', { name, known }, place);
  });
  return { ...look, palette };
}

/** `undefined` in a run's looks means "not said". */
function mergeLooks(base: AnimationOptions, own: RunAnimation): AnimationOptions {
  const said = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(said) };
}

function checkNeighbours(k: number | undefined, images: number, place: ErrorPlace): void {
  if (k === undefined || k < images) return;
  throw makeError('TooManyNeighbours', 'tooManyForSet', { k, images, others: images - 1 }, place);
}
