/** JSON as Python writes it. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { EmbeddingAnimationError, type ErrorName } from '../errors.ts';

/** Strings, which stay, and the three words that Python's `json` writes for numbers JSON does not have. */
const STRING_OR_NOT_FINITE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * Reads a JSON file. `NaN` and `Infinity`, which Python's `json.dump` writes (a `grad_norm` under fp16 is often
 * one), become `null`.
 * @throws EmbeddingAnimationError named `name` when the file can't be read or parsed
 */
export async function readJson(path: string, name: ErrorName, hint: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new EmbeddingAnimationError(name, {
      file: basename(path),
      problem: 'the file can not be read',
      hint,
      cause,
    });
  }
  try {
    return JSON.parse(
      text.replace(STRING_OR_NOT_FINITE, (token) => (token.startsWith('"') ? token : 'null')),
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddingAnimationError(name, {
      file: basename(path),
      problem: `this is not JSON (${reason})`,
      hint,
      cause,
    });
  }
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
