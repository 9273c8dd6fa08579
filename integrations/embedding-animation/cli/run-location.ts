/** Where things are: the run that was typed, the project around it, the cache of both, and the run itself, opened. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { RUN_FILE } from '../checkpoints/index.ts';
import { createContext, pruneUnused, type EngineContext } from '../engine/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { exists, findInAnyForm } from '../files.ts';
import { optionsSchema, type RunFile } from '../options/index.ts';
import { openRun, type RunLocation, type RunSource } from '../run-source.ts';
import type { OptionValues, ParsedArguments } from './arguments.ts';
import { CACHE_PLACES, PROGRAM, type WORKSPACE_OPTIONS } from './commands.ts';
import type { CommandEnvironment } from './environment.ts';
import { describeRunFile } from './run-file-options.ts';
import { findNearest } from './text.ts';

/** What tells that a folder is a site. */
const SITE_FILES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `astro.config.${extension}`);
const CHECKPOINT_NAME = /^checkpoint-\d+$/;

/** Where a run lies and what its stages work with, before the run is opened. */
export interface LocatedRun {
  /** All of the run's location but what run.yaml says. */
  readonly location: RunLocation;
  readonly context: EngineContext;
  readonly cacheFolder: string;
  /**
   * Reads what run.yaml says, or what stands in for it.
   * @throws EmbeddingAnimationError
   */
  readonly describe: () => Promise<RunFile>;
  /**
   * Keeps the cache within the limits that builds have when nothing else was said. A site's cache is left to the
   * site's own builds, which know what was said.
   */
  readonly prune: () => Promise<void>;
}

/** A run, opened, and what its stages work with. */
export interface OpenedRun extends LocatedRun {
  readonly source: RunSource;
}

type RunArguments = ParsedArguments<typeof WORKSPACE_OPTIONS>;

/**
 * Finds the run that was typed; nothing of it is read yet.
 * @throws EmbeddingAnimationError `RunUnknown`
 */
export async function locateRun(
  { values, positionals }: RunArguments,
  { workingFolder, progress }: CommandEnvironment,
): Promise<LocatedRun> {
  const folder = await findRunFolder(positionals[0]!, workingFolder);
  const options = readOptions(values);
  const project = await findProject(folder, workingFolder);
  const cacheFolder = values.cache === undefined ? project.cacheFolder : resolve(workingFolder, values.cache);
  const settings = { options, cacheFolder, logger: progress.logger, progress };
  const context = createContext(settings);
  const id = basename(folder).normalize();
  const { scanCache, digests } = context;
  const { hashFile } = digests;
  return {
    location: { id, folder, projectRoot: project.root, look: options.animation, hashFile, scanCache },
    context,
    cacheFolder,
    describe: () => describeRunFile(id, folder, values, workingFolder),
    async prune() {
      if (!project.isSite) await pruneUnused(settings, context);
    },
  };
}

/**
 * Opens the run that was typed.
 * @throws EmbeddingAnimationError for a run that can't be used
 */
export async function openTypedRun(given: RunArguments, environment: CommandEnvironment): Promise<OpenedRun> {
  const located = await locateRun(given, environment);
  const file = await located.describe();
  return { ...located, source: await openSource(located, file) };
}

/** Opens a run that has been described; digests of its files are remembered, whatever happens. */
export async function openSource({ location, context }: LocatedRun, file: RunFile): Promise<RunSource> {
  try {
    return await openRun({ ...location, file });
  } finally {
    await context.digests.save();
  }
}

/** Numbers and choices were checked by the table of options. */
function readOptions({ threads, device }: OptionValues<typeof WORKSPACE_OPTIONS>) {
  return optionsSchema.parse({
    ...(threads !== undefined && { threads }),
    ...(device !== undefined && { device }),
  });
}

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
  const path = await findInAnyForm(resolve(workingFolder, typed));
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) {
    await refuseOtherFolders(path, typed);
    return path;
  }
  if (found !== undefined) {
    throw basename(path) === RUN_FILE
      ? makeError('RunUnknown', 'fileInRun', { folder: dirname(typed) }, { file: typed })
      : makeError('RunUnknown', 'file', undefined, { file: typed });
  }
  const site = await findUpwards(workingFolder, SITE_FILES);
  const runs = site === undefined ? undefined : join(site, optionsSchema.parse({}).runs);
  const byName =
    runs === undefined || /[/\\]/.test(typed) ? undefined : await findInAnyForm(join(runs, typed));
  if (byName !== undefined && (await exists(byName))) return byName;
  throw await noFolder(typed, path, runs);
}

/** Nobody has such a folder: perhaps one beside it is meant, or another run of the site. */
async function noFolder(
  typed: string,
  path: string,
  runs: string | undefined,
): Promise<EmbeddingAnimationError> {
  const place = { file: typed };
  const sibling = findNearest(basename(path), await listNames(dirname(path)));
  const known = runs === undefined ? [] : await listNames(runs);
  const nearest = sibling === undefined ? findNearest(typed, known) : join(dirname(typed), sibling);
  if (nearest !== undefined) return makeError('RunUnknown', 'noFolderBut', { nearest }, place);
  if (known.length === 0) return makeError('RunUnknown', 'noFolder', undefined, place);
  return makeError('RunUnknown', 'noFolderAmong', { known: known.join(', ') }, place);
}

/** One checkpoint, or a folder of runs, is easily typed for a run. */
async function refuseOtherFolders(path: string, typed: string): Promise<void> {
  if (await exists(join(path, RUN_FILE))) return;
  if (CHECKPOINT_NAME.test(basename(path)) && (await exists(join(path, 'config.json')))) {
    throw makeError('RunUnknown', 'oneCheckpoint', { folder: join(typed, '..') }, { file: typed });
  }
  const names = await listNames(path);
  if (names.some((name) => CHECKPOINT_NAME.test(name))) return;
  const isRun = await Promise.all(names.map((name) => exists(join(path, name, RUN_FILE))));
  const runs = names.filter((_, index) => isRun[index]);
  const [first] = runs;
  if (first === undefined) return;
  const facts = { runs: runs.join(', '), first: join(typed, first) };
  throw makeError('RunUnknown', 'severalRuns', facts, { file: typed });
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
