/** The folder that `render --out` fills: nobody else's files are ever deleted or overwritten unasked. */
import { access, constants, copyFile, lstat, readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { z } from 'zod';
import { parseJson, stableJson } from '../artifacts/stable-json.ts';
import { EmbeddingAnimationError, makeError } from '../errors.ts';
import { hashFile, isInnerPath, makeFolder, readRegularFile } from '../files.ts';
import { describeRefusal, removeLeftovers, replaceFile, temporaryTarget } from '../write-files.ts';

/** Name of the list of files in the folder that commands have written. */
const LIST = '.astro-embedding-animation.json';
const listSchema = z.object({ files: z.array(z.string()) });

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
  if (own === undefined && names.some((name) => !isUnfinishedList(name)) && !force) {
    throw makeError('OutputFolderTaken', 'otherFiles', undefined, { file: asTyped });
  }
  await requireWritable(path, asTyped);
  return { path, asTyped, own: own ?? [], force };
}

/**
 * Copies `files` from `source`, each in one step, and removes what an earlier command wrote and this one does not, and
 * what one that was killed has left half-written.
 * @param digests sha256 (hex) of the files by name: a copy of anything else is not kept
 * @throws EmbeddingAnimationError `OutputFolderTaken` before the first file when one of others has its name, or when
 * the folder can't be written; `InputChanged` where a file is not the one with its digest
 */
export async function fillOutputFolder(
  output: OutputFolder,
  source: string,
  files: readonly string[],
  digests: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const { path, asTyped, own, force } = output;
  const foreign = force ? undefined : await findForeign(path, files, new Set(own));
  if (foreign !== undefined) {
    throw makeError('OutputFolderTaken', 'otherFile', { file: foreign }, { file: asTyped });
  }
  try {
    await copyFiles(output, source, files, digests);
  } catch (cause) {
    const isOfFile = cause instanceof EmbeddingAnimationError;
    if (isOfFile && cause.name !== 'FileUnwritable') throw cause;
    const refusal = describeRefusal(isOfFile ? cause.cause : cause);
    const said = isOfFile && cause.place.file !== undefined ? `${refusal} (${cause.place.file})` : refusal;
    throw makeError('OutputFolderTaken', 'writingFailed', { said }, { file: asTyped, cause });
  }
}

/** Hours of work should not end at a folder that could have been refused at once. */
async function requireWritable(path: string, asTyped: string): Promise<void> {
  try {
    await access(await findNearest(path), constants.W_OK);
  } catch (cause) {
    const said = describeRefusal(cause);
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
  digests: ReadonlyMap<string, string>,
): Promise<void> {
  await makeFolder(path);
  await clean(path, [LIST, ...own, ...files]);
  await noteOwnFiles(path, [...new Set([...own, ...files])]); // before the first file: all of them are known as ours
  for (const file of files) {
    const copy = async (temporary: string): Promise<void> => {
      await copyFile(join(source, file), temporary);
      const wanted = digests.get(file);
      if (wanted !== undefined && (await hashFile(temporary)) !== wanted)
        throw makeError('InputChanged', 'changed', undefined, { file });
    };
    await replaceFile(join(path, file), copy, { file });
  }
  const kept = new Set(files);
  for (const file of own) if (!kept.has(file)) await removeInside(path, file);
  await noteOwnFiles(path, files);
}

/** Removes what was left half-written of `files`, folder by folder. */
async function clean(path: string, files: readonly string[]): Promise<void> {
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    const folder = dirname(file);
    const names = byFolder.get(folder) ?? [];
    names.push(basename(file));
    byFolder.set(folder, names);
  }
  for (const [folder, names] of byFolder) await removeLeftovers(join(path, folder), names);
}

/** A folder that is a link may lead out of `path`: nothing is removed there. */
async function removeInside(path: string, file: string): Promise<void> {
  const folder = await realpath(dirname(join(path, file))).catch(() => undefined);
  const root = await realpath(path);
  if (folder === undefined || (folder !== root && !folder.startsWith(`${root}${sep}`))) return;
  await rm(join(path, file), { force: true });
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

/** The files that earlier commands wrote into `folder`, relative to it; `undefined` where none did. */
async function listOwnFiles(folder: string): Promise<readonly string[] | undefined> {
  const bytes = await readRegularFile(join(folder, LIST)).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const parsed = listSchema.safeParse(parseJson(bytes.toString('utf8')));
  return parsed.success ? parsed.data.files.filter(isInnerPath) : undefined; // others were not written by us
}

/** Whether a file called `name` is a list that a command was writing when it was killed: it is nobody's work. */
function isUnfinishedList(name: string): boolean {
  return temporaryTarget(name) === LIST;
}

/**
 * Notes that `files` in `folder` are ours; they need not be there yet.
 * @throws EmbeddingAnimationError `FileUnwritable`
 */
function noteOwnFiles(folder: string, files: readonly string[]): Promise<void> {
  return replaceFile(join(folder, LIST), `${stableJson({ files: [...files].sort() }, 2)}\n`);
}
