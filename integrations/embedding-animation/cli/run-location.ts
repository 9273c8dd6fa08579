/** What commands work in: the run's project, its cache, and the run itself. */
import { basename, resolve } from 'node:path';
import { createContext, pruneUnused, type EngineContext } from '../engine/context.ts';
import { optionsSchema, type RunFile } from '../options/index.ts';
import { openRun, type RunLocation, type RunSource } from '../run-source.ts';
import type { OptionValues, ParsedArguments } from './arguments.ts';
import type { WORKSPACE_OPTIONS } from './commands.ts';
import type { CommandEnvironment } from './environment.ts';
import { findProject, findRunFolder } from './places.ts';
import { describeRunFile } from './run-file-options.ts';

/** Where a run lies and what its stages work with, before the run is opened. */
export interface Workplace {
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
export interface Workspace extends Workplace {
  readonly source: RunSource;
}

type WorkspaceArguments = ParsedArguments<typeof WORKSPACE_OPTIONS>;

/**
 * Finds the run that was typed; nothing of it is read yet.
 * @throws EmbeddingAnimationError `RunUnknown`
 */
export async function openWorkplace(
  { values, positionals }: WorkspaceArguments,
  { workingFolder, progress }: CommandEnvironment,
): Promise<Workplace> {
  const folder = await findRunFolder(positionals[0]!, workingFolder);
  const options = readOptions(values);
  const project = await findProject(folder, workingFolder);
  const cacheFolder = values.cache === undefined ? project.cacheFolder : resolve(workingFolder, values.cache);
  const settings = { options, cacheFolder, logger: progress.logger, progress };
  const context = createContext(settings);
  const id = basename(folder).normalize();
  const { findings, digests } = context;
  const { hashFile } = digests;
  return {
    location: { id, folder, projectRoot: project.root, look: options.animation, hashFile, findings },
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
export async function openWorkspace(
  given: WorkspaceArguments,
  environment: CommandEnvironment,
): Promise<Workspace> {
  const workplace = await openWorkplace(given, environment);
  const file = await workplace.describe();
  return { ...workplace, source: await openSource(workplace, file) };
}

/** Opens a run that has been described; digests of its files are remembered, whatever happens. */
export async function openSource({ location, context }: Workplace, file: RunFile): Promise<RunSource> {
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
