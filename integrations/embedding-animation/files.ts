/** What every room asks of files: is one there, what does it hold, what is its hash, and a folder for new ones. */
import { createHash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync, type Stats } from 'node:fs';
import { access, mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
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

/** What can lie where a file is expected. */
type OtherKind = 'a folder' | 'a named pipe' | 'a device' | 'a socket';

/** A path that leads to something without content of its own: reading it would fail, or wait without end. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
  readonly kind: OtherKind;

  constructor(kind: OtherKind) {
    super(`it is ${kind}, not a file`);
    this.kind = kind;
  }
}

/** What a file is opened with: a pipe that took its place since it was looked at does not hold up the process. */
const READ_AT_ONCE = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/**
 * Opens a file for reading; links are followed. It is looked at before, since opening alone can wait or set a device
 * going, and again once it is open. The caller closes it.
 * @throws NotAFile for a folder, a pipe, a device or a socket; the file system's error when it can't be opened
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  requireFile(await stat(path));
  const file = await open(path, READ_AT_ONCE);
  try {
    requireFile(await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The content of a file.
 * @throws as `openRegularFile`
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  const file = await openRegularFile(path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** The same for those who can not wait. */
export function readRegularFileSync(path: string): Buffer {
  requireFile(statSync(path));
  const file = openSync(path, READ_AT_ONCE);
  try {
    requireFile(fstatSync(file));
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function requireFile(found: Stats): void {
  if (found.isFile()) return;
  if (found.isDirectory()) throw new NotAFile('a folder');
  if (found.isFIFO()) throw new NotAFile('a named pipe');
  throw new NotAFile(found.isSocket() ? 'a socket' : 'a device');
}

/**
 * sha256 (hex) of a file's content. Large files are streamed: weights may be larger than memory.
 * @throws as `openRegularFile`
 */
export async function hashFile(path: string): Promise<string> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    if (size <= WHOLE_BYTES) return hash('sha256', await file.readFile());
    const sum = createHash('sha256');
    await pipeline(file.createReadStream({ autoClose: false }), sum);
    return sum.digest('hex');
  } finally {
    await file.close();
  }
}

/**
 * Whether `name`, which a file gave, is a path that stays in the folder it is joined to, on any system: parts with
 * slashes between them, none of them empty, `.` or `..`, no disk of Windows and no NUL.
 */
export function isInnerPath(name: string): boolean {
  if (name.includes('\0') || /^[a-z]:/i.test(name)) return false;
  return name.split(/[/\\]/).every((part) => part !== '' && part !== '.' && part !== '..');
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
