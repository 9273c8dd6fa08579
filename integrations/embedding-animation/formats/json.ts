/** JSON as Python writes it. */
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { EmbeddingAnimationError, makeFileError, type ErrorName, type FilePlace } from '../errors.ts';
import { openRegularFile } from '../files.ts';
import { LFS_PROBE_BYTES, refuseLfsPointer } from './git-lfs.ts';

/** JSON that people and libraries write beside models is far smaller; parsed, this takes about 2 GB of memory. */
const MOST_BYTES = 256 << 20;
/** Python's `json` neither writes nor reads more, and what walks a value by recursion fits on the stack. */
const DEEPEST_LEVEL = 1000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** The words that Python's `json` writes for numbers that JSON does not have. */
const NOT_FINITE = ['NaN', 'Infinity', '-Infinity'] as const;

/**
 * Reads a JSON file. `NaN` and `Infinity`, which Python's `json.dump` writes (a `grad_norm` under fp16 is often
 * one), and numbers beyond the range of float64, which Python reads as infinite, become `null`. A mark of the byte
 * order is skipped. Errors name the file without its folder.
 * @throws EmbeddingAnimationError named `name` when the file can't be read or parsed, or is absurdly large
 */
export async function readJson(path: string, name: ErrorName, place: FilePlace = {}): Promise<unknown> {
  const here = { ...place, file: basename(path) };
  return decodeJson(await readJsonBytes(path, name, here), name, here);
}

/**
 * The content of a JSON file, for those who compare it before they decode it.
 * @throws EmbeddingAnimationError named `name` when the file can't be read, or is absurdly large
 */
export async function readJsonBytes(path: string, name: ErrorName, place: FilePlace = {}): Promise<Buffer> {
  return readBytes(path, name, { ...place, file: basename(path) });
}

/**
 * Parses what `readJsonBytes` read.
 * @param here the file's place
 * @throws EmbeddingAnimationError named `name` for a Git LFS pointer, and for what is no JSON in UTF-8
 */
export function decodeJson(bytes: Uint8Array, name: ErrorName, here: FilePlace): unknown {
  refuseLfsPointer(bytes.subarray(0, LFS_PROBE_BYTES), name, here);
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw makeFileError(name, 'notJson', { reason: describe(cause) }, { ...here, cause });
  }
}

/**
 * Parses JSON as `readJson` does, in time that grows with the text's length.
 * @throws Error that says what is wrong with the text
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const finite = replaceNotFinite(text);
    if (finite === undefined) throw error;
    value = JSON.parse(finite);
  }
  return dropNotFinite(value);
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readBytes(path: string, name: ErrorName, place: FilePlace): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    file = await openRegularFile(path);
    const { size } = await file.stat();
    if (size > MOST_BYTES)
      throw makeFileError(name, 'jsonTooLarge', { bytes: size, most: MOST_BYTES }, place);
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof EmbeddingAnimationError) throw cause;
    throw makeFileError(name, 'unreadable', undefined, { ...place, cause });
  } finally {
    await file?.close();
  }
}

/** A decoder says that data is not valid for its encoding; a parser quotes what it did not expect. */
function describe(cause: unknown): string {
  if (cause instanceof TypeError) return 'it is not text in UTF-8';
  return cause instanceof Error ? cause.message : String(cause);
}

/** The text with `null` for Python's words outside of strings; `undefined` where there is none. */
function replaceNotFinite(text: string): string | undefined {
  const pieces: string[] = [];
  let taken = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) === QUOTE) {
      at = findStringEnd(text, at);
      continue;
    }
    const word = NOT_FINITE.find((each) => text.startsWith(each, at));
    if (word === undefined) continue;
    if (isWordAround(text, at - 1) || isWordAround(text, at + word.length)) return undefined;
    pieces.push(text.slice(taken, at), 'null');
    taken = at + word.length;
    at = taken - 1;
  }
  return taken === 0 ? undefined : pieces.join('') + text.slice(taken);
}

/** Where the string that starts at `start` ends: its closing quote, or the end of the text. */
function findStringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

/** Whether a word goes on at `at`: `aNaN` is not a number's word. */
function isWordAround(text: string, at: number): boolean {
  return /^\w$/.test(text.charAt(at));
}

/** Puts `null` for infinite numbers, level by level: `1e999` is JSON, and infinite. */
function dropNotFinite(value: unknown): unknown {
  const root: unknown[] = [value];
  let level: object[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_LEVEL) throw new Error(`it has more than ${DEEPEST_LEVEL} levels`);
    const next: object[] = [];
    for (const parent of level) dropNotFiniteIn(parent, next);
    level = next;
  }
  return root[0];
}

/** Puts `null` for the infinite numbers right in `parent`, and adds the objects and arrays in it to `children`. */
function dropNotFiniteIn(parent: object, children: object[]): void {
  const keys = Array.isArray(parent) ? parent.keys() : Object.keys(parent);
  for (const key of keys) {
    const child: unknown = Reflect.get(parent, key);
    if (typeof child === 'object' && child !== null) children.push(child);
    else if (typeof child === 'number' && !Number.isFinite(child)) Reflect.set(parent, key, null);
  }
}
