/** What work made, told by what it left in the cache: a result that is made again is another file. */
import { existsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Notes about files that are read, which any work may write anew. */
const NOTES = ['digests', 'findings'];

/** Each stored file by its path, `cache/<kind>/<key>` or `rendered/<run>/<key>/<file>`, with what tells it from another. */
async function listStored(storage: string): Promise<Map<string, string>> {
  const entries = await readdir(storage, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const identities = files.map(async (file) => {
    const { ino, birthtimeMs } = await lstat(file);
    return [relative(storage, file).replaceAll('\\', '/'), `${ino} ${birthtimeMs}`] as const;
  });
  return new Map(await Promise.all(identities));
}

/**
 * Does `work` in the project at `root`, whose cache is `cache`.
 * @param work where it gives the outcome of a process, that must have ended well: what fails makes nothing either
 * @returns how many results of each kind it made, or made again: entries of the cache by kind, and finished files as
 * `rendered`. A kind of which it made none is left out
 */
export async function countMade(
  root: string,
  work: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const storage = join(root, 'cache/embedding-animation');
  const before = existsSync(storage) ? await listStored(storage) : new Map<string, string>();
  const outcome = await work();
  if (typeof outcome === 'object' && outcome !== null && 'exitCode' in outcome && outcome.exitCode !== 0)
    throw new Error(`the work failed: ${JSON.stringify(outcome)}`);
  const made: Record<string, number> = {};
  for (const [path, identity] of await listStored(storage)) {
    const [folder = '', kind = ''] = path.split('/');
    const counted = folder === 'rendered' ? folder : kind;
    if (before.get(path) !== identity && !NOTES.includes(counted)) made[counted] = (made[counted] ?? 0) + 1;
  }
  return made;
}
