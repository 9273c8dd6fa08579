/** The files below a folder. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareNames } from '../names.ts';
import { datasetInvalid } from './reader.ts';

/** What lies below a folder. Paths are relative to it, with forward slashes, in the order of `compareNames`. */
export interface FolderListing {
  /** Files at any depth. Links are followed. */
  readonly files: readonly string[];
  /** The folders that lie in the folder itself. */
  readonly folders: readonly string[];
  /** Files whose own name, or whose folder's, starts with a dot; in hidden folders no deeper ones. */
  readonly hidden: readonly string[];
  /** What is neither a file nor a folder: a pipe, a socket, a device. */
  readonly special: readonly string[];
}

type Listed = Record<keyof FolderListing, string[]>;

/**
 * Lists a folder. What is called `.something` is told apart, as tools and systems keep their own things there.
 * @param shown `folder` as messages name it
 * @throws EmbeddingAnimationError `DatasetInvalid` when `folder` is not a folder, or for a link that points nowhere or
 * back to a folder that it lies in
 */
export async function listFolder(folder: string, shown: string): Promise<FolderListing> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw datasetInvalid(shown, 'folderMissing', undefined);
  if (!found.isDirectory()) throw datasetInvalid(shown, 'folderIsAFile', undefined);
  const listed: Listed = { files: [], folders: [], hidden: [], special: [] };
  await listBelow(folder, { prefix: '', above: [await realpath(folder)] }, listed);
  for (const paths of Object.values(listed)) paths.sort(compareNames);
  return listed;
}

/** The listing's files alone. */
export async function listFiles(folder: string, shown: string): Promise<readonly string[]> {
  return (await listFolder(folder, shown)).files;
}

/** A folder on the way down. */
interface Place {
  /** Its path, empty or with a slash at its end. */
  readonly prefix: string;
  /** Real paths of the folder and of those that it was reached through. */
  readonly above: readonly string[];
}

async function listBelow(root: string, { prefix, above }: Place, listed: Listed): Promise<void> {
  for (const entry of await readdir(join(root, prefix), { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    if (entry.name.startsWith('.')) {
      if (entry.isFile()) listed.hidden.push(path);
      else if (entry.isDirectory()) listed.hidden.push(...(await listHidden(root, path)));
      continue;
    }
    const kind = entry.isSymbolicLink() ? await followLink(join(root, path), path) : entry;
    if (kind.isDirectory()) {
      if (prefix === '') listed.folders.push(path);
      const real = entry.isSymbolicLink() ? await realpath(join(root, path)) : undefined;
      if (real !== undefined && above.includes(real)) throw datasetInvalid(path, 'linkLoop', undefined);
      const below = [...above, real ?? join(above.at(-1)!, entry.name)]; // it starts with the root
      await listBelow(root, { prefix: `${path}/`, above: below }, listed);
    } else (kind.isFile() ? listed.files : listed.special).push(path);
  }
}

async function listHidden(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []); // nobody asks for it
  return entries.filter((entry) => entry.isFile()).map(({ name }) => `${folder}/${name}`);
}

async function followLink(target: string, path: string): ReturnType<typeof stat> {
  try {
    return await stat(target);
  } catch (cause) {
    throw datasetInvalid(path, 'deadLink', undefined, cause);
  }
}
