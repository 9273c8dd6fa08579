/** Which files in a folder a command wrote: a list that lies beside them. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { temporaryName } from '../artifacts/entry-file.ts';
import { parseJson, stableJson } from '../artifacts/stable-json.ts';

const LIST = '.astro-embedding-animation.json';

const listSchema = z.object({ files: z.array(z.string()) });

/** The files that earlier commands wrote into `folder`, relative to it; `undefined` where none did. */
export async function listOwnFiles(folder: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = listSchema.safeParse(parseJson(text));
  // Names that lead out of the folder were not written by us.
  return parsed.success ? parsed.data.files.filter((file) => !file.split('/').includes('..')) : undefined;
}

/**
 * Notes that `files` in `folder` are ours; they need not be there yet.
 * @throws the file system's error
 */
export function noteOwnFiles(folder: string, files: readonly string[]): Promise<void> {
  const content = `${stableJson({ files: [...files].sort() }, 2)}\n`;
  return putInPlace(join(folder, LIST), (temporary) => writeFile(temporary, content));
}

/**
 * Has `write` fill a file of another name, then gives it the name `target`, so that nobody sees half of it.
 * @throws the file system's error, or what `write` throws; nothing is left behind
 */
export async function putInPlace(target: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryName(target);
  try {
    await write(temporary);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
