/** A run's description: its run.yaml, or what stands in for one on the command line. */
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { readRunFile, RUN_FILE } from '../checkpoints/index.ts';
import { makeError } from '../errors.ts';
import { exists, findInAnyForm } from '../files.ts';
import { isLocale } from '../locale/index.ts';
import {
  completeMap,
  completeRunFile,
  mapOptionsSchema,
  runFileSchema,
  type CheckpointsOption,
  type MapOptions,
  type RunFile,
} from '../options/index.ts';
import { readPackDescription } from '../packed/index.ts';
import { UsageError, type OptionValues } from './arguments.ts';
import type { RUN_FILE_OPTIONS } from './commands.ts';
import { detectDataset } from './detect-dataset.ts';
import { findNearest } from './text.ts';

/** A description, as much of it as there is: `dataset` may be missing where nobody said which images there are. */
export type PartialRunFile = Omit<RunFile, 'dataset'> & Partial<Pick<RunFile, 'dataset'>>;

/**
 * Reads the run.yaml in `folder` and puts what was given in its place. A folder without one needs images, unless it has
 * been packed.
 * @throws EmbeddingAnimationError `RunFileInvalid`, `DatasetInvalid`; UsageError for a wrong pattern of checkpoints or
 * locale, and for a map that there is not
 */
export async function describeRunFile(
  run: string,
  folder: string,
  given: OptionValues<typeof RUN_FILE_OPTIONS>,
  workingFolder: string,
): Promise<RunFile> {
  const configured = await standIn(folder, given, workingFolder);
  const { base, maps } = await readBase(run, folder);
  const parsed = runFileSchema.safeParse({
    ...base,
    ...configured,
    ...(given.map !== undefined && { maps: chooseMaps(given.map, maps) }),
  });
  if (parsed.success) return completeRunFile(parsed.data, run);
  throw makeError('RunFileInvalid', 'noImagesSaid', undefined, { run, cause: parsed.error });
}

/** The same as far as it goes where `describeRunFile` has failed: what was given, and defaults for all else. */
export function assumeRunFile(
  run: string,
  { title, checkpoints }: OptionValues<typeof RUN_FILE_OPTIONS>,
): PartialRunFile {
  const { dataset, ...defaults } = runFileSchema.parse({
    dataset: { type: 'image-folder', path: '.' },
    ...(title !== undefined && { title }),
    ...(checkpoints !== undefined && { checkpoints: readPatterns(checkpoints) }),
  });
  return { ...defaults, title: defaults.title ?? run };
}

/** What run.yaml says, or what the pack of a folder without one does; and the maps that it names. */
async function readBase(
  run: string,
  folder: string,
): Promise<{ readonly base: object; readonly maps: readonly MapOptions[] }> {
  const path = join(folder, RUN_FILE);
  if (await exists(path)) {
    const base = await readRunFile(run, path);
    return { base, maps: base.maps ?? [] };
  }
  const pack = await readPackDescription(folder);
  return { base: pack?.options ?? {}, maps: pack?.maps?.map(completeMap) ?? [] };
}

/** The maps of these names, with commas between them: of the run's own, or of projections. Each once. */
function chooseMaps(typed: string, own: readonly MapOptions[]): readonly MapOptions[] {
  const plain = mapOptionsSchema.shape.projection.options.map((projection) => completeMap({ projection }));
  const names = new Set(own.map(({ name }) => name));
  const known = new Map(
    [...own, ...plain.filter(({ name }) => !names.has(name))].map((map) => [map.name, map]),
  );
  return [...new Set(typed.split(',').map((name) => name.trim()))].map((name) => {
    const map = known.get(name);
    if (map !== undefined) return map;
    const nearest = findNearest(name, known.keys());
    const meant = nearest === undefined ? '' : `Did you mean ${nearest}? `;
    throw new UsageError(
      `--map is "${typed}", and there is no map "${name}"`,
      `${meant}There are ${[...known.keys()].join(', ')}.`,
    );
  });
}

async function standIn(
  folder: string,
  { title, images, checkpoints, locale }: OptionValues<typeof RUN_FILE_OPTIONS>,
  workingFolder: string,
): Promise<Record<string, unknown>> {
  if (locale !== undefined && !isLocale(locale)) {
    throw new UsageError(`--locale is "${locale}"`, 'It must be a language tag, such as en, ja or pt-BR.');
  }
  return {
    ...(title !== undefined && { title }),
    ...(locale !== undefined && { locale }),
    ...(checkpoints !== undefined && { checkpoints: readPatterns(checkpoints) }),
    ...(images !== undefined && { dataset: await describeImages(folder, images, workingFolder) }),
  };
}

/** As run.yaml would name it where it lies in the run's folder; else by its absolute path, which is not published. */
async function describeImages(folder: string, images: string, workingFolder: string): Promise<object> {
  const path = await findInAnyForm(resolve(workingFolder, images));
  const detected = await detectDataset(path, images);
  const below = relative(folder, detected.path);
  const isOutside = below.split(sep)[0] === '..' || isAbsolute(below);
  return { ...detected, path: isOutside ? detected.path : below.split(sep).join('/') || '.' };
}

/** One pattern, or several with commas between them; `base=0` is a folder with its step. */
function readPatterns(typed: string): CheckpointsOption {
  const entries = typed.split(',').map((entry) => {
    const [, folder = entry, step] = /^(.*?)(?:=(\d+))?$/s.exec(entry.trim()) ?? [];
    const pattern = folder.replace(/^\.\/(?=.)|(?<=.)\/$/g, '');
    return step === undefined ? pattern : { folder: pattern, step: Number(step) };
  });
  const parsed = runFileSchema.shape.checkpoints.safeParse(entries);
  if (parsed.success && parsed.data !== undefined) {
    const [only = entries, ...others] = parsed.data;
    return others.length === 0 && typeof only === 'string' ? only : parsed.data;
  }
  throw new UsageError(
    `--checkpoints is "${typed}"`,
    `It ${parsed.error?.issues[0]?.message ?? 'is wrong'}.`,
  );
}
