/** JSON as Python writes it. */
import { basename } from 'node:path';
import { makeFileError, type ErrorName, type FilePlace } from '../errors.ts';
import { readRegularFile } from '../files.ts';
import { LFS_PROBE_BYTES, refuseLfsPointer } from './git-lfs.ts';

/** Strings, which stay, and the three words that Python's `json` writes for numbers JSON does not have. */
const STRING_OR_NOT_FINITE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * Reads a JSON file. `NaN` and `Infinity`, which Python's `json.dump` writes (a `grad_norm` under fp16 is often
 * one), become `null`. Errors name the file without its folder.
 * @throws EmbeddingAnimationError named `name` when the file can't be read or parsed
 */
export async function readJson(path: string, name: ErrorName, place: FilePlace = {}): Promise<unknown> {
  const here = { ...place, file: basename(path) };
  const bytes = await readRegularFile(path).catch((cause: unknown) => {
    throw makeFileError(name, 'unreadable', undefined, { ...here, cause });
  });
  refuseLfsPointer(bytes.subarray(0, LFS_PROBE_BYTES), name, here);
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(
      text.replace(STRING_OR_NOT_FINITE, (token) => (token.startsWith('"') ? token : 'null')),
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw makeFileError(name, 'notJson', { reason }, { ...here, cause });
  }
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
