/** What every room asks of files: is one there, what is its content's hash, and a folder for new ones. */
import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isSameName } from './names.ts';

/** Files up to this size are read at once: for small ones a stream costs more than their content. */
const WHOLE_BYTES = 1 << 20;

/** Whether there is a file or a folder at `path`. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const NOT_ASCII = /[^\0-\x7F]/;

/**
 * The path under which a file system has a file or folder: a name that is not there as it is written is looked for in
 * another Unicode normal form. A path that is not there in any form comes back as it is.
 */
export async function findInAnyForm(path: string): Promise<string> {
  if (!NOT_ASCII.test(path) || (await exists(path))) return path;
  const parent = dirname(path);
  if (parent === path) return path;
  const folder = await findInAnyForm(parent);
  const names = await readdir(folder).catch(() => []);
  const found = names.find((name) => isSameName(name, basename(path)));
  return found === undefined ? path : join(folder, found);
}

/**
 * Makes a folder and those above it that are missing. One that is there stays as it is.
 *
 * The recursive `mkdir` of Node.js never ends below a folder that is there and yet answers ENOENT, such as /proc:
 * the loop of nodejs/node#36490.
 * @throws the file system's error when the folder can't be made
 */
export async function makeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !(await exists(parent))) await makeFolder(parent);
  await mkdir(path).catch(async (error: unknown) => {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true) throw error;
  });
}

/**
 * sha256 (hex) of a file's content. Large files are streamed: weights may be larger than memory.
 * @throws the file system's error when the file can't be read
 */
export async function hashFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size <= WHOLE_BYTES) return hash('sha256', await readFile(path));
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}

/**
 * What a file system's error says of a file, without its place on this machine; `undefined` for any other error.
 */
export function describeFileError(
  error: unknown,
): { readonly file?: string; readonly code: string } | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  const code = String(error.code);
  return 'path' in error && typeof error.path === 'string' ? { file: basename(error.path), code } : { code };
}
