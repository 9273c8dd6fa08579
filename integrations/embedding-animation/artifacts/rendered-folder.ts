/** The finished files of a run: `<output>/<run>/<key>/`, there completely or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderedSchema, type Rendered } from './summary.ts';

const RENDERED_FILE = 'rendered.json';

/** A file to be published, by its name relative to the run's folder. */
export interface PublishedFile {
  readonly name: string;
  /** The file's content, or a way to get it when it is written: one such file is in memory at a time. */
  readonly content: Uint8Array | string | (() => Promise<Uint8Array>);
}

/** What `folder` holds, or `undefined` when it was never finished or does not read. */
export async function readRendered(folder: string): Promise<Rendered | undefined> {
  const text = await readFile(join(folder, RENDERED_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = renderedSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/**
 * Writes a run's files beside `folder` and renames them into place in one step.
 * Another build that finished the same key first wins: its files are the same.
 */
export async function writeRendered(
  folder: string,
  files: readonly PublishedFile[],
  rendered: Rendered,
): Promise<void> {
  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    for (const { name, content } of files) {
      const file = join(temporary, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'function' ? await content() : content);
    }
    await writeFile(join(temporary, RENDERED_FILE), JSON.stringify(rendered));
    if ((await readRendered(folder)) === undefined) {
      await rm(folder, { recursive: true, force: true });
      await rename(temporary, folder);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Removes a run's other renderings, the oldest first, until `keep` of them are left beside `folder`. */
export async function pruneRendered(folder: string, keep: number): Promise<void> {
  const parent = dirname(folder);
  const others = (await readdir(parent)).map((name) => join(parent, name)).filter((path) => path !== folder);
  const dated = await Promise.all(others.map(async (path) => ({ path, time: (await stat(path)).mtimeMs })));
  dated.sort((a, b) => b.time - a.time);
  for (const { path } of dated.slice(keep)) await rm(path, { recursive: true, force: true });
}

/** Names of the files to publish from `folder`, relative to it, sorted. */
export async function listPublished(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== RENDERED_FILE)
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
