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
import type { Dataset, Notice, RunMap, TrainerRun } from './contracts.ts';
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
import { indexNames } from './names.ts';
import { DEFAULT_LOCALE, drawnWords, mergeLanguages, type LanguageSettings } from './locale/index.ts';
import {
  DEFAULT_MAPS,
  type AnimationOptions,
  type MapOptions,
  type RunFile,
  type SiteLanguage,
} from './options/index.ts';
import type { ScanCache } from './artifacts/cached-results.ts';
import {
  findChangedOption,
  PACK_FILES,
  packInvalid,
  readPack,
  readPackDescription,
  type PackedResults,
} from './packed/index.ts';
import { openReadyEmbeddings, READY_FILES, READY_LOGITS } from './ready-embeddings/index.ts';
import { findFonts, type FoundFonts } from './rendering/index.ts';
import { resolveLook } from './resolve-look.ts';

/** Everything a run's folder says. */
export interface RunSource {
  readonly id: string;
  readonly folder: string;
  readonly file: RunFile;
  readonly trainer: TrainerRun;
  readonly dataset: Dataset;
  /** The integration's looks with the run's own on top. */
  readonly look: AnimationOptions;
  /** What maps to make, where the run can have them: its own, or the integration's. */
  readonly maps: readonly MapOptions[];
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
   * Maps of a run that says nothing of its own.
   * @default the map of the article
   */
  readonly maps?: readonly MapOptions[] | undefined;
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
  readonly scanCache?: ScanCache;
}

/**
 * Reads run.yaml, the Trainer's folder and the evaluation set of one run, and checks that they fit. Where no
 * checkpoint has weights, an export or ready embeddings and the run has been packed, the pack stands in for all.
 * @throws EmbeddingAnimationError for every input that can't be used, with its run
 */
export async function openRun(location: RunLocation): Promise<RunSource> {
  const { id, folder, projectRoot, hashFile: hash = hashFile, scanCache } = location;
  return withPlace({ run: id }, async () => {
    const file = location.file ?? (await readRunFile(id, join(folder, RUN_FILE)));
    const present = (dataset: Dataset, modelClassNames: readonly string[]) => {
      const look = resolveLook(location.look, file.animation, dataset, { run: id, file: RUN_FILE });
      const maps = file.maps ?? location.maps ?? DEFAULT_MAPS;
      // A class map names classes of the model that the set lacks.
      const isOfClasses = maps.some(({ projection }) => projection === 'classes');
      const classNames = [...dataset.classNames, ...(isOfClasses ? modelClassNames : [])];
      return { look, maps, ...openLanguageOf(location, file, classNames) };
    };
    if (await isPackedOnly(location, file)) {
      const packed = await openPack(id, folder, file);
      const results = choosePackedMaps(packed.packed, packed.dataset, file, location.maps);
      return {
        id,
        folder,
        file,
        ...present(packed.dataset, packed.trainer.classNames),
        ...packed,
        packed: results,
      };
    }
    const inputs = { checkpoints: trackInputs(hash, folder), images: trackInputs(hash, folder) };
    const { hashFile: hashWeights } = inputs.checkpoints;
    const noting = { hashFile: hashWeights, noteFile: hashWeights };
    const trainer = await readTrainerRun(id, folder, { ...trainerOptions(file, location), ...noting });
    await inputs.checkpoints.compare(); // what was said of them is of the same files as their digests
    const { hashFile: hashImages } = inputs.images;
    const reading = { runFolder: folder, projectRoot, hashFile: hashImages, inputs: inputs.images };
    const dataset = await openDataset(file.dataset, { ...reading, ...(scanCache && { scanCache }) });
    if (file.dataset.type === 'parquet') await inputs.images.compare(); // its labels lie in the files themselves
    if (file.dataset.labels !== 'own') matchLabels(dataset, trainer.classNames, { run: id });
    checkNeighbours(file.k, dataset.items.length, { run: id, file: RUN_FILE });
    return { id, folder, file, trainer, dataset, inputs, ...present(dataset, trainer.classNames) };
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
      logits: READY_LOGITS,
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
): Promise<Pick<RunSource, 'trainer' | 'dataset'> & { readonly packed: PackedResults }> {
  const { pack, trainer, dataset, results } = await readPack(id, folder);
  const changed = findChangedOption(pack, file);
  if (changed === undefined) {
    const { classes } = file.dataset; // in the pack's order and by its names until now
    return { trainer, dataset: selectImages(dataset, { classes }), packed: results };
  }
  throw packInvalid(PACK_FILES.description, 'optionChanged', { option: changed });
}

/**
 * The maps that are wanted, of those in the pack: all that run.yaml names, or those that are there of the integration's;
 * where none of these is there, or nobody has said, the pack's own. Classes of a map are called as the set's are now.
 */
function choosePackedMaps(
  results: PackedResults,
  dataset: Dataset,
  { maps: named, compareMaps }: Pick<RunFile, 'maps' | 'compareMaps'>,
  shared: readonly MapOptions[] | undefined,
): PackedResults {
  const wanted = named ?? shared ?? [];
  const found = wanted.map((options) => {
    const map = results.maps.find((packed) => isSameMap(packed.options, options));
    return map === undefined ? undefined : { ...map, options };
  });
  if (named !== undefined && found.includes(undefined))
    throw packInvalid(PACK_FILES.description, 'optionChanged', { option: 'maps' });
  if (compareMaps && results.comparison === undefined)
    throw packInvalid(PACK_FILES.description, 'optionChanged', { option: 'compareMaps' });
  const chosen = found.filter((map) => map !== undefined);
  const [first, ...others] = (chosen.length > 0 ? chosen : results.maps).map((map) =>
    nameAnchors(map, dataset),
  );
  return { ...results, maps: [first!, ...others] }; // a pack has a map
}

/** A map of classes by the names and in the order that the set's classes have now. */
function nameAnchors(map: RunMap, { classNames, originalClassNames = classNames }: Dataset): RunMap {
  if (map.anchors === undefined) return map;
  const find = indexNames(originalClassNames);
  const anchors = map.anchors.map((anchor) => {
    const label = anchor.label === undefined ? -1 : find(anchor.name);
    return label === -1 ? anchor : { ...anchor, label, name: classNames[label]! };
  });
  return { ...map, anchors };
}

/** Whether two maps have the same points, whatever they are called. */
function isSameMap(a: MapOptions, b: MapOptions): boolean {
  return (['projection', 'align', 'scaling', 'reflection'] as const).every((key) => a[key] === b[key]);
}

/** What of a run's folder and its evaluation set is not used, or with a reservation. */
export function listInputNotices({ trainer, dataset }: Pick<RunSource, 'trainer' | 'dataset'>): Notice[] {
  return [...trainer.notices, ...(dataset.notices ?? [])];
}

function checkNeighbours(k: number | undefined, images: number, place: ErrorPlace): void {
  if (k === undefined || k < images) return;
  throw makeError('TooManyNeighbours', 'tooManyForSet', { k, images, others: images - 1 }, place);
}
