/** The folder that `render --out` fills: nobody else's files are ever deleted or overwritten unasked. */
import { access, constants, copyFile, lstat, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeError } from '../errors.ts';
import { makeFolder } from '../files.ts';
import { listOwnFiles, noteOwnFiles, putInPlace } from './own-files.ts';

/** A folder that may be filled. */
export interface OutputFolder {
  readonly path: string;
  /** How a person named it. */
  readonly asTyped: string;
  /** Files in it that an earlier command wrote. */
  readonly own: readonly string[];
  /** Whether files of others may be replaced. */
  readonly force: boolean;
}

/**
 * Opens the folder for writing without changing it. It may be missing, empty, or one that an earlier command wrote;
 * `force` allows any other: files of the same names are replaced, all others stay.
 * @param asTyped how a person named it
 * @throws EmbeddingAnimationError `OutputFolderTaken`, also when it is known already that it can't be written
 */
export async function openOutputFolder(path: string, asTyped: string, force: boolean): Promise<OutputFolder> {
  const names = await readdir(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw makeError('OutputFolderTaken', 'notAFolder', undefined, { file: asTyped, cause: error });
  });
  const own = await listOwnFiles(path);
  if (own === undefined && names.length > 0 && !force) {
    throw makeError('OutputFolderTaken', 'otherFiles', undefined, { file: asTyped });
  }
  await requireWritable(path, asTyped);
  return { path, asTyped, own: own ?? [], force };
}

/**
 * Copies `files` from `source`, each in one step, and removes what an earlier command wrote and this one does not.
 * @throws EmbeddingAnimationError `OutputFolderTaken` before the first file when one of others has its name, or when
 * the folder can't be written
 */
export async function fillOutputFolder(
  output: OutputFolder,
  source: string,
  files: readonly string[],
): Promise<void> {
  const { path, asTyped, own, force } = output;
  const foreign = force ? undefined : await findForeign(path, files, new Set(own));
  if (foreign !== undefined) {
    throw makeError('OutputFolderTaken', 'otherFile', { file: foreign }, { file: asTyped });
  }
  try {
    await copyFiles(output, source, files);
  } catch (cause) {
    const said = describeCause(cause);
    throw makeError('OutputFolderTaken', 'writingFailed', { said }, { file: asTyped, cause });
  }
}

/** Hours of work should not end at a folder that could have been refused at once. */
async function requireWritable(path: string, asTyped: string): Promise<void> {
  try {
    await access(await findNearest(path), constants.W_OK);
  } catch (cause) {
    const said = describeCause(cause);
    throw makeError('OutputFolderTaken', 'unwritable', { said }, { file: asTyped, cause });
  }
}

/** What is there of `path`: itself, or the folder in which the first missing one would be made. */
async function findNearest(path: string): Promise<string> {
  const isThere = (await lstat(path).catch(() => undefined)) !== undefined;
  return isThere || dirname(path) === path ? path : findNearest(dirname(path));
}

async function copyFiles(
  { path, own }: OutputFolder,
  source: string,
  files: readonly string[],
): Promise<void> {
  await makeFolder(path);
  await noteOwnFiles(path, [...new Set([...own, ...files])]); // before the first file: all of them are known as ours
  for (const file of files) {
    const target = join(path, file);
    await makeFolder(dirname(target));
    await putInPlace(target, (temporary) => copyFile(join(source, file), temporary));
  }
  const kept = new Set(files);
  for (const file of own) if (!kept.has(file)) await rm(join(path, file), { force: true });
  await noteOwnFiles(path, files);
}

async function findForeign(
  path: string,
  files: readonly string[],
  own: ReadonlySet<string>,
): Promise<string | undefined> {
  for (const file of files) {
    if (own.has(file)) continue;
    if ((await stat(join(path, file)).catch(() => undefined)) !== undefined) return file;
  }
  return undefined;
}

function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
