/** The finished files of a run: `<output>/<run>/<key>/`, there completely or not at all. */
import { createHash } from 'node:crypto';
import { readdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { exists, hashFile, isInnerPath, makeFolder, readRegularFile } from '../files.ts';
import { cacheUnwritable, TEMPORARY_SUFFIX, withTemporary } from '../write-files.ts';
import type { CacheUse } from './cache.ts';
import { hashOf, parseJson, stableJson } from './stable-json.ts';
import { renderedSchema, type Rendered } from './summary.ts';

/** Describes a folder of finished files; a folder without it is none. */
export const RENDERED_FILE = 'rendered.json';

/** A file to be published, by its name relative to the run's folder. */
export interface PublishedFile {
  readonly name: string;
  /** The file's content, or a way to get it when it is written: one such file is in memory at a time. */
  readonly content: Uint8Array | string | (() => Promise<Uint8Array>);
}

/** A path that stays in the folder it is joined to: whoever reads the description copies and serves what it names. */
const innerPath = z.string().refine(isInnerPath);

const finishedSchema = z.object({
  rendered: renderedSchema,
  /** Files to publish, by name relative to the folder, sorted. */
  files: z.array(z.object({ name: innerPath, bytes: z.int(), sha256: z.string() })),
  /** Cache entries that went into the files: they stay in use as long as the files do. */
  uses: z.array(z.object({ kind: innerPath, key: innerPath })),
});
const sealedSchema = z.object({ sha256: z.string(), finished: finishedSchema });

/** What lies in a folder of finished files. */
export type Finished = z.output<typeof finishedSchema>;

/** What `folder` holds, or `undefined` when it was never finished or a file in it has lost its length. */
export async function readFinished(folder: string): Promise<Finished | undefined> {
  const finished = await readSealed(folder);
  if (finished === undefined) return undefined;
  for (const { name, bytes } of finished.files) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.size !== bytes) return undefined;
  }
  return finished;
}

/** The folder in `parent` whose finished files were used last, or `undefined` where there are none. */
export async function findLatestFinished(parent: string): Promise<string | undefined> {
  let latest: { readonly folder: string; readonly usedMs: number } | undefined;
  for (const name of (await readdir(parent).catch((): string[] => [])).sort()) {
    const folder = join(parent, name);
    if (folder.endsWith(TEMPORARY_SUFFIX)) continue;
    const described = await stat(join(folder, RENDERED_FILE)).catch(() => undefined);
    if (described === undefined || described.mtimeMs <= (latest?.usedMs ?? 0)) continue;
    latest = { folder, usedMs: described.mtimeMs };
  }
  return latest?.folder;
}

/** What lies where finished files should be. */
export type FinishedCheck =
  | { readonly state: 'missing' }
  /** `file` is one that is not what was written. */
  | { readonly state: 'damaged'; readonly file: string }
  | { readonly state: 'whole'; readonly finished: Finished };

/**
 * Reads what `folder` holds and compares the content of every file with it.
 * @param hash sha256 (hex) of a file's content; it may remember those of files that have not changed
 */
export async function checkFinished(
  folder: string,
  hash: (path: string) => Promise<string> = hashFile,
): Promise<FinishedCheck> {
  if (!(await exists(folder))) return { state: 'missing' };
  const finished = await readSealed(folder);
  if (finished === undefined) return { state: 'damaged', file: RENDERED_FILE };
  for (const { name, sha256 } of finished.files) {
    const found = await hash(join(folder, name)).catch(() => undefined);
    if (found !== sha256) return { state: 'damaged', file: name };
  }
  return { state: 'whole', finished };
}

/** Marks a folder as used now, for those who remove what is not. One that can only be read keeps its mark. */
export async function noteFinishedUse(folder: string): Promise<void> {
  const now = new Date();
  await utimes(join(folder, RENDERED_FILE), now, now).catch(() => undefined);
}

/** What `writeFinished` is told. */
export interface FinishedFolderInit {
  readonly files: readonly PublishedFile[];
  readonly rendered: Rendered;
  readonly uses: readonly CacheUse[];
  /**
   * Called when all files are written, before the folder gets its name.
   * @throws where they are not to be kept
   */
  readonly verify?: (() => Promise<void>) | undefined;
  /** Called after each file. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Writes a run's files beside `folder` and renames them into place in one step. Another build that finished
 * the same key first wins: its files are the same. A folder that is there but damaged is replaced.
 * @returns what the folder holds
 * @throws EmbeddingAnimationError `CacheUnwritable`, and what a file's `content` throws; nothing is left behind
 */
export async function writeFinished(folder: string, init: FinishedFolderInit): Promise<Finished> {
  return withTemporary(folder, async (temporary) => {
    const files: Finished['files'] = [];
    for (const file of init.files) {
      const { content } = file;
      const bytes = typeof content === 'function' ? await content() : Buffer.from(content);
      await onDisk(folder, () => writeInto(temporary, file.name, bytes));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      files.push({ name: file.name, bytes: bytes.length, sha256 });
      init.onProgress?.(files.length, init.files.length);
    }
    await init.verify?.();
    files.sort((a, b) => (a.name < b.name ? -1 : 1));
    const finished: Finished = { rendered: init.rendered, files, uses: [...init.uses] };
    const sealed = stableJson({ sha256: hashOf(finished), finished });
    await onDisk(folder, () => writeInto(temporary, RENDERED_FILE, sealed));
    await onDisk(folder, () => putInPlace(temporary, folder));
    return finished;
  });
}

/** Bytes of the files in all. */
export function countBytes({ files }: Finished): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function readSealed(folder: string): Promise<Finished | undefined> {
  const text = await readRegularFile(join(folder, RENDERED_FILE)).catch(() => '');
  const sealed = sealedSchema.safeParse(parseJson(text.toString()));
  if (!sealed.success || hashOf(sealed.data.finished) !== sealed.data.sha256) return undefined;
  return sealed.data.finished;
}

async function writeInto(folder: string, name: string, content: Uint8Array | string): Promise<void> {
  const file = join(folder, name);
  await makeFolder(dirname(file));
  await writeFile(file, content);
}

/** A folder can only be renamed to a name that is free: of two builds one gets it. */
async function putInPlace(temporary: string, folder: string): Promise<void> {
  try {
    await rename(temporary, folder);
  } catch (error) {
    const { state } = await checkFinished(folder);
    if (state === 'missing') throw error;
    if (state === 'whole') return;
    await withTemporary(folder, async (aside) => {
      await rename(folder, aside);
      await rename(temporary, folder);
    });
  }
}

async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cacheUnwritable(error, dirname(folder));
  }
}
