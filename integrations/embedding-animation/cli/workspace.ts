/** What commands work in: the run's project, its cache, and the run itself. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createContext, pruneUnused, type EngineContext } from '../engine-context.ts';
import { EmbeddingAnimationError } from '../errors.ts';
import { exists } from '../files.ts';
import { optionsSchema, type ResolvedOptions } from '../options/index.ts';
import { openRun, type RunSource } from '../run-source.ts';
import { UsageError, type OptionTable, type OptionValues } from './arguments.ts';
import { PROGRAM } from './command.ts';
import type { CommandEnvironment } from './environment.ts';
import { describeRunFile, RUN_FILE_OPTIONS } from './run-file-options.ts';

/** Options of every command that works on a run. */
export const WORKSPACE_OPTIONS = {
  ...RUN_FILE_OPTIONS,
  cache: {
    type: 'string',
    value: '<folder>',
    help: "Where results are kept. Default: Astro's cache of the project, node_modules/.astro.",
  },
  threads: { type: 'string', value: '<number>', help: 'Most worker threads. Default: one a core.' },
  device: {
    type: 'string',
    value: '<name>',
    help: 'What embeds: cpu (default), auto, webgpu, cuda, dml or coreml.',
  },
} as const satisfies OptionTable;

/** A run, opened, and what its stages work with. */
export interface Workspace {
  readonly source: RunSource;
  readonly context: EngineContext;
  readonly cacheFolder: string;
  /**
   * Keeps the cache within the limits that builds have when nothing else was said. A site's cache is left to the
   * site's own builds, which know what was said.
   */
  readonly prune: () => Promise<void>;
}

/** What tells that a project is a site. */
const SITE_FILES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `astro.config.${extension}`);

/**
 * Opens the run in `folder`.
 * @throws UsageError for a wrong option; EmbeddingAnimationError for a run that can't be used
 */
export async function openWorkspace(
  folder: string,
  values: OptionValues<typeof WORKSPACE_OPTIONS>,
  { workingFolder, progress }: CommandEnvironment,
): Promise<Workspace> {
  const runFolder = resolve(workingFolder, folder);
  const options = readOptions(values);
  await requireFolder(runFolder, folder);
  const projectRoot = (await findProject(runFolder)) ?? (await findProject(workingFolder)) ?? runFolder;
  const cacheFolder =
    values.cache === undefined ? await defaultCache(projectRoot) : resolve(workingFolder, values.cache);
  const settings = { options, cacheFolder, logger: progress.logger, progress };
  const context = createContext(settings);
  const id = basename(runFolder).normalize();
  try {
    const file = await describeRunFile(id, runFolder, values, workingFolder);
    const look = options.animation;
    const { hashFile } = context.digests;
    const source = await openRun({ id, folder: runFolder, projectRoot, look, file, hashFile });
    const prune = async () => {
      if (!(await isSite(projectRoot))) await pruneUnused(settings, context);
    };
    return { source, context, cacheFolder, prune };
  } finally {
    await context.digests.save();
  }
}

function readOptions({ threads, device }: OptionValues<typeof WORKSPACE_OPTIONS>): ResolvedOptions {
  const given = {
    ...(threads !== undefined && { threads: Number(threads) }),
    ...(device !== undefined && { device }),
  };
  const parsed = optionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`);
}

async function requireFolder(folder: string, asTyped: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new EmbeddingAnimationError('RunUnknown', {
    file: asTyped,
    problem: found === undefined ? 'there is no such folder' : 'this is not a folder',
    hint: 'Name the output folder of a Trainer, the one that holds checkpoint-<step>.',
  });
}

/** The nearest folder, upwards from `folder`, that has a package.json. */
async function findProject(folder: string): Promise<string | undefined> {
  if (await exists(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findProject(parent);
}

async function isSite(projectRoot: string): Promise<boolean> {
  const found = await Promise.all(SITE_FILES.map((name) => exists(join(projectRoot, name))));
  return found.includes(true);
}

/** The cache of a site in the same project, so that a build and a command share their results. */
async function defaultCache(projectRoot: string): Promise<string> {
  const modules = join(projectRoot, 'node_modules');
  if (await exists(modules)) return join(modules, '.astro');
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), PROGRAM);
}
