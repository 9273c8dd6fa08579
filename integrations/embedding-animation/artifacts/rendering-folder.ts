/** A rendering: the finished files of a run in `<output>/<run>/<key>/`, there completely or not at all. */
import { createHash } from 'node:crypto';
import { readdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { exists, hashFile, isInnerPath, makeFolder, readRegularFile } from '../files.ts';
import { cacheUnwritable, TEMPORARY_SUFFIX, withTemporary } from '../write-files.ts';
import type { CacheUse } from './cache.ts';
import { hashOf, parseJson, stableJson } from './stable-json.ts';
import { renderingSummarySchema, type RenderingSummary } from './summary.ts';

/** Describes a rendering's folder; a folder without it is none. */
export const RENDERING_FILE = 'rendered.json';

/** A file to be published, by its name relative to the run's folder. */
export interface PublishedFile {
  readonly name: string;
  /** The file's content, or a way to get it when it is written: one such file is in memory at a time. */
  readonly content: Uint8Array | string | (() => Promise<Uint8Array>);
}

/** A path that stays in the folder it is joined to: whoever reads the description copies and serves what it names. */
const innerPath = z.string().refine(isInnerPath);

const contentsSchema = z.object({
  /** What pages say of it. */
  rendered: renderingSummarySchema,
  /** Files to publish, by name relative to the folder, sorted. */
  files: z.array(z.object({ name: innerPath, bytes: z.int(), sha256: z.string() })),
  /** Cache entries that went into the files: they stay in use as long as the files do. */
  uses: z.array(z.object({ kind: innerPath, key: innerPath })),
});
const sealedSchema = z.object({ sha256: z.string(), finished: contentsSchema });

/** What lies in a rendering's folder. */
export type RenderingContents = z.output<typeof contentsSchema>;

/** What `folder` holds, or `undefined` when it was never finished or a file in it has lost its length. */
export async function readRendering(folder: string): Promise<RenderingContents | undefined> {
  const contents = await readSealed(folder);
  if (contents === undefined) return undefined;
  for (const { name, bytes } of contents.files) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.size !== bytes) return undefined;
  }
  return contents;
}

/** The folder in `parent` whose finished files were used last, or `undefined` where there are none. */
export async function findLatestRendering(parent: string): Promise<string | undefined> {
  let latest: { readonly folder: string; readonly usedMs: number } | undefined;
  for (const name of (await readdir(parent).catch((): string[] => [])).sort()) {
    const folder = join(parent, name);
    if (folder.endsWith(TEMPORARY_SUFFIX)) continue;
    const described = await stat(join(folder, RENDERING_FILE)).catch(() => undefined);
    if (described === undefined || described.mtimeMs <= (latest?.usedMs ?? 0)) continue;
    latest = { folder, usedMs: described.mtimeMs };
  }
  return latest?.folder;
}

/** What lies where finished files should be. */
export type RenderingCheck =
  | { readonly state: 'missing' }
  /** `file` is one that is not what was written. */
  | { readonly state: 'damaged'; readonly file: string }
  | { readonly state: 'whole'; readonly contents: RenderingContents };

/**
 * Reads what `folder` holds and compares the content of every file with it.
 * @param hash sha256 (hex) of a file's content; it may remember those of files that have not changed
 */
export async function checkRendering(
  folder: string,
  hash: (path: string) => Promise<string> = hashFile,
): Promise<RenderingCheck> {
  if (!(await exists(folder))) return { state: 'missing' };
  const contents = await readSealed(folder);
  if (contents === undefined) return { state: 'damaged', file: RENDERING_FILE };
  for (const { name, sha256 } of contents.files) {
    const found = await hash(join(folder, name)).catch(() => undefined);
    if (found !== sha256) return { state: 'damaged', file: name };
  }
  return { state: 'whole', contents };
}

/** Marks a folder as used now, for those who remove what is not. One that can only be read keeps its mark. */
export async function touchRendering(folder: string): Promise<void> {
  const now = new Date();
  await utimes(join(folder, RENDERING_FILE), now, now).catch(() => undefined);
}

/** What `writeRendering` is told. */
export interface RenderingInit {
  readonly files: readonly PublishedFile[];
  readonly rendered: RenderingSummary;
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
export async function writeRendering(folder: string, init: RenderingInit): Promise<RenderingContents> {
  return withTemporary(folder, async (temporary) => {
    const files: RenderingContents['files'] = [];
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
    const contents: RenderingContents = { rendered: init.rendered, files, uses: [...init.uses] };
    const sealed = stableJson({ sha256: hashOf(contents), finished: contents });
    await onDisk(folder, () => writeInto(temporary, RENDERING_FILE, sealed));
    await onDisk(folder, () => putInPlace(temporary, folder));
    return contents;
  });
}

/** Bytes of the files in all. */
export function countBytes({ files }: RenderingContents): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function readSealed(folder: string): Promise<RenderingContents | undefined> {
  const text = await readRegularFile(join(folder, RENDERING_FILE)).catch(() => '');
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
    const { state } = await checkRendering(folder);
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
