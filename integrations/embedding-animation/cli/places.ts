/** Where things are: the run that was typed, the project around it, and the cache of both. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddingAnimationError } from '../errors.ts';
import { exists } from '../files.ts';
import { optionsSchema } from '../options/index.ts';
import { CACHE_PLACES, PROGRAM } from './commands.ts';
import { findNearest } from './suggest.ts';

/** What tells that a folder is a site. */
const SITE_FILES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `astro.config.${extension}`);
const RUN_FILE = 'run.yaml';
const CHECKPOINT_NAME = /^checkpoint-\d+$/;

/** The project that a run belongs to. */
export interface Project {
  readonly root: string;
  /** Whether it is an Astro site: its cache is shared with its builds. */
  readonly isSite: boolean;
  /** The folder that Astro would call its cacheDir, unless astro.config names another. */
  readonly cacheFolder: string;
}

/**
 * Finds the project of a run: the site that its folder lies in, else the one that `workingFolder` lies in; without a
 * site the nearest package.json; else the run alone.
 * @param env environment variables; `XDG_CACHE_HOME` is looked at
 */
export async function findProject(
  runFolder: string,
  workingFolder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Project> {
  const site = (await findUpwards(runFolder, SITE_FILES)) ?? (await findUpwards(workingFolder, SITE_FILES));
  if (site !== undefined) return { root: site, isSite: true, cacheFolder: join(site, CACHE_PLACES.site) };
  const found =
    (await findUpwards(runFolder, ['package.json'])) ?? (await findUpwards(workingFolder, ['package.json']));
  const root = found ?? runFolder;
  const hasModules = await exists(join(root, 'node_modules'));
  const user = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), PROGRAM);
  return { root, isSite: false, cacheFolder: hasModules ? join(root, CACHE_PLACES.site) : user };
}

/**
 * The folder of the run that was typed: a path, or in a site the name of a run.
 * @throws EmbeddingAnimationError `RunUnknown` where it is no folder, or not that of one run
 */
export async function findRunFolder(typed: string, workingFolder: string): Promise<string> {
  const path = resolve(workingFolder, typed);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) {
    await refuseOtherFolders(path, typed);
    return path;
  }
  if (found !== undefined) {
    const hint = `Name its folder: ${dirname(typed)}.`;
    throw unknown(typed, 'this is a file', basename(path) === RUN_FILE ? hint : WHAT_TO_NAME);
  }
  const site = await findUpwards(workingFolder, SITE_FILES);
  const runs = site === undefined ? undefined : join(site, optionsSchema.parse({}).runs);
  const byName = runs === undefined || /[/\\]/.test(typed) ? undefined : join(runs, typed);
  if (byName !== undefined && (await exists(byName))) return byName;
  throw unknown(typed, 'there is no such folder', await suggestRun(typed, path, runs));
}

const WHAT_TO_NAME = 'Name the output folder of a Trainer, the one that holds checkpoint-<step>.';

async function suggestRun(typed: string, path: string, runs: string | undefined): Promise<string> {
  const siblings = await listNames(dirname(path));
  const nearest = findNearest(basename(path), siblings);
  if (nearest !== undefined) return `Did you mean ${join(dirname(typed), nearest)}?`;
  const known = runs === undefined ? [] : await listNames(runs);
  const near = findNearest(typed, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  return known.length === 0 ? WHAT_TO_NAME : `${WHAT_TO_NAME} Runs of this site: ${known.join(', ')}.`;
}

/** One checkpoint, or a folder of runs, is easily typed for a run. */
async function refuseOtherFolders(path: string, typed: string): Promise<void> {
  if (await exists(join(path, RUN_FILE))) return;
  if (CHECKPOINT_NAME.test(basename(path)) && (await exists(join(path, 'config.json')))) {
    throw unknown(
      typed,
      'this is one checkpoint, not a run',
      `Name the folder that it lies in: ${join(typed, '..')}.`,
    );
  }
  const names = await listNames(path);
  if (names.some((name) => CHECKPOINT_NAME.test(name))) return;
  const isRun = await Promise.all(names.map((name) => exists(join(path, name, RUN_FILE))));
  const runs = names.filter((_, index) => isRun[index]);
  if (runs.length === 0) return;
  throw unknown(
    typed,
    `this is a folder of runs: ${runs.join(', ')}`,
    `Name one of them: ${join(typed, runs[0]!)}.`,
  );
}

/** The nearest folder, upwards from `folder`, that has one of the files. */
async function findUpwards(folder: string, files: readonly string[]): Promise<string | undefined> {
  const there = await Promise.all(files.map((name) => exists(join(folder, name))));
  if (there.includes(true)) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findUpwards(parent, files);
}

async function listNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return folders.map(({ name }) => name).sort();
}

function unknown(file: string, problem: string, hint: string): EmbeddingAnimationError {
  return new EmbeddingAnimationError('RunUnknown', { file, problem, hint });
}
