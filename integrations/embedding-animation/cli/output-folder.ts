/** The folder that `render --out` fills: nobody else's files are ever deleted or overwritten unasked. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parseJson, stableJson } from '../artifacts/stable-json.ts';
import { EmbeddingAnimationError } from '../errors.ts';

/** Lists the files that a command has written into the folder. */
const MARKER = '.astro-embedding-animation.json';

const markerSchema = z.object({ files: z.array(z.string()) });

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
 * @throws EmbeddingAnimationError `OutputFolderTaken`
 */
export async function openOutputFolder(path: string, asTyped: string, force: boolean): Promise<OutputFolder> {
  const names = await readdir(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw taken(asTyped, 'this is not a folder that can be read', error);
  });
  const own = await readMarker(path);
  if (own === undefined && names.length > 0 && !force) throw taken(asTyped, 'the folder holds other files');
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
  if (foreign !== undefined) throw taken(asTyped, `${foreign} in it is not a file that this command wrote`);
  try {
    await copyFiles(output, source, files);
  } catch (cause) {
    throw unwritable(asTyped, cause);
  }
}

async function copyFiles(
  { path, own }: OutputFolder,
  source: string,
  files: readonly string[],
): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeMarker(path, [...new Set([...own, ...files])]); // before the first file: all of them are known as ours
  for (const file of files) {
    const target = join(path, file);
    await mkdir(dirname(target), { recursive: true });
    await putInPlace(target, (temporary) => copyFile(join(source, file), temporary));
  }
  const kept = new Set(files);
  for (const file of own) if (!kept.has(file)) await rm(join(path, file), { force: true });
  await writeMarker(path, files);
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

async function readMarker(folder: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(folder, MARKER), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = markerSchema.safeParse(parseJson(text));
  // Names that lead out of the folder were not written by us.
  return parsed.success ? parsed.data.files.filter((file) => !file.split('/').includes('..')) : undefined;
}

function writeMarker(folder: string, files: readonly string[]): Promise<void> {
  const content = `${stableJson({ files: [...files].sort() }, 2)}\n`;
  return putInPlace(join(folder, MARKER), (temporary) => writeFile(temporary, content));
}

async function putInPlace(target: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

function unwritable(file: string, cause: unknown): EmbeddingAnimationError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddingAnimationError('OutputFolderTaken', {
    file,
    problem: `the folder can't be written: ${said}`,
    hint: 'Make room, make it writable, or name another as --out; what is rendered stays in the cache.',
    cause,
  });
}

function taken(file: string, problem: string, cause?: unknown): EmbeddingAnimationError {
  return new EmbeddingAnimationError('OutputFolderTaken', {
    file,
    problem,
    hint: 'Name a new folder as --out, or add --force: files of the same names are replaced, all others stay.',
    cause,
  });
}
