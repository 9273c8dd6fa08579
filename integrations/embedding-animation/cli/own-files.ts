/** Which files in a folder a command wrote: a list that lies beside them. */
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson, stableJson } from '../artifacts/stable-json.ts';
import { isInnerPath, readRegularFile } from '../files.ts';
import { replaceFile, temporaryTarget } from '../write-files.ts';

/** The list's name. */
export const LIST = '.astro-embedding-animation.json';

const listSchema = z.object({ files: z.array(z.string()) });

/** The files that earlier commands wrote into `folder`, relative to it; `undefined` where none did. */
export async function listOwnFiles(folder: string): Promise<readonly string[] | undefined> {
  const bytes = await readRegularFile(join(folder, LIST)).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const parsed = listSchema.safeParse(parseJson(bytes.toString('utf8')));
  return parsed.success ? parsed.data.files.filter(isInnerPath) : undefined; // others were not written by us
}

/** Whether a file called `name` is a list that a command was writing when it was killed: it is nobody's work. */
export function isUnfinishedList(name: string): boolean {
  return temporaryTarget(name) === LIST;
}

/**
 * Notes that `files` in `folder` are ours; they need not be there yet.
 * @throws EmbeddingAnimationError `FileUnwritable`
 */
export function noteOwnFiles(folder: string, files: readonly string[]): Promise<void> {
  return replaceFile(join(folder, LIST), `${stableJson({ files: [...files].sort() }, 2)}\n`);
}
