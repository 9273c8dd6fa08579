/** The files below a folder. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from './ordering.ts';
import { datasetInvalid } from './reader.ts';

/**
 * Paths of all files below `folder`, relative to it, with forward slashes, in code-point order. Files and folders
 * whose name starts with a dot are left out; links are followed.
 * @throws EmbeddingAnimationError `DatasetInvalid` when `folder` is not a folder
 */
export async function listFiles(folder: string, shown: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw datasetInvalid(shown, 'folderMissing', undefined);
  if (!found.isDirectory()) throw datasetInvalid(shown, 'folderIsAFile', undefined);
  const files: string[] = [];
  await listBelow(folder, '', shown, files);
  return files.sort(compareCodePoints);
}

/** Adds to `files` what lies below `prefix`. */
async function listBelow(folder: string, prefix: string, shown: string, files: string[]): Promise<void> {
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = `${prefix}${entry.name}`;
    const kind = entry.isSymbolicLink() ? await followLink(join(folder, path), path) : entry;
    if (kind.isDirectory()) await listBelow(folder, `${path}/`, shown, files);
    else if (kind.isFile()) files.push(path);
  }
}

async function followLink(target: string, path: string): ReturnType<typeof stat> {
  try {
    return await stat(target);
  } catch (cause) {
    throw datasetInvalid(path, 'deadLink', undefined, cause);
  }
}
