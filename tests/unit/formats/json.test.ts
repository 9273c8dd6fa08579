/** JSON as Python writes it, and JSON that nobody should have written. */
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJson, readJson } from '../../../integrations/embedding-animation/formats/json.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** Far above what linear work takes, far below what backtracking took (35 s). */
const SOON_MS = 2000;

function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const start = performance.now();
  const result = work();
  return { result, ms: performance.now() - start };
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('JSON as Python writes it', () => {
  it('gives null for NaN and the infinities, and leaves texts as they are', () => {
    const text = '{"a": NaN, "b": [Infinity, -Infinity, 1.5], "c": "NaN, -Infinity \\" NaN", "NaN": -NaN0}';
    expect(thrownBy(() => parseJson(text))).toBeInstanceOf(SyntaxError);
    expect(parseJson(text.replace('-NaN0', '-1'))).toEqual({
      a: null,
      b: [null, null, 1.5],
      c: 'NaN, -Infinity " NaN',
      NaN: -1,
    });
    expect(parseJson('NaN')).toBeNull();
  });

  it('gives null for numbers beyond the range of float64, which Python reads as infinite', () => {
    expect(parseJson('{"loss": 1e999, "all": [-1e999, 1e308]}')).toEqual({ loss: null, all: [null, 1e308] });
  });

  it.each(['xNaN', 'NaNs', '[1 NaN]', '{"a": Infinityx}', '', '"', '[', '{"a": NaN', "{'a': NaN}"])(
    'refuses %j',
    (text) => {
      expect(thrownBy(() => parseJson(text))).toBeInstanceOf(SyntaxError);
    },
  );

  it('keeps the last of keys that are there twice, as Python does, and halves of characters', () => {
    expect(parseJson('{"a": 1, "a": NaN, "b": "\\ud800"}')).toEqual({ a: null, b: '\ud800' });
    expect(Object.keys(parseJson('{"__proto__": 1e999, "b": NaN}') as object)).toEqual(['__proto__', 'b']);
  });
});

describe('hostile JSON', () => {
  it.each([
    ['an unterminated text', `{"a": NaN, "b": "${'\\"'.repeat(80_000)}`],
    ['an unterminated text of backslashes', `[NaN, "${'\\'.repeat(400_001)}`],
    ['quotes without end', `NaN${'"'.repeat(400_001)}`],
    ['words without end', 'NaN'.repeat(200_000)],
    ['minus signs without end', `[NaN${'-'.repeat(400_000)}`],
  ])('refuses %s at once', (_, text) => {
    const { result, ms } = timed(() => thrownBy(() => parseJson(text)));
    expect(result).toBeInstanceOf(SyntaxError);
    expect(ms).toBeLessThan(SOON_MS);
  });

  it('reads a text of ten million characters', () => {
    const long = 'x"\\'.repeat(3_400_000);
    expect(parseJson(`{"a": NaN, "b": ${JSON.stringify(long)}}`)).toEqual({ a: null, b: long });
  });

  it('refuses 100,000 levels, and reads as many as Python does', () => {
    const nest = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => parseJson(nest(100_000))).toThrow('more than 1000 levels');
    expect(() => parseJson('{"a":'.repeat(100_000) + 'NaN' + '}'.repeat(100_000))).toThrow('levels');
    expect(parseJson(nest(1000))).toHaveLength(1);
  });
});

describe('a JSON file', () => {
  it('may start with a mark of the byte order', async () => {
    const path = join(await makeTemporaryFolder(), 'config.json');
    await writeFile(path, '\ufeff{"a": NaN}');
    expect(await readJson(path, 'ConfigInvalid')).toEqual({ a: null });
  });

  it.each([
    ['is cut off', '{"a": "b', 'is not JSON (Unterminated string in JSON at position 8 '],
    [
      'has too many levels',
      '['.repeat(2000) + ']'.repeat(2000),
      'is not JSON (it has more than 1000 levels)',
    ],
    ['is no text', Uint8Array.of(0x22, 0xff, 0xfe, 0x22), 'is not JSON (it is not text in UTF-8)'],
  ])('that %s is refused with a reason', async (_, content, problem) => {
    const path = join(await makeTemporaryFolder(), 'config.json');
    await writeFile(path, content);
    const error = await catchError('ConfigInvalid', () => readJson(path, 'ConfigInvalid'));
    expect(error.place.file).toBe('config.json');
    expect(error.problem).toContain(problem);
  });

  it('that is absurdly large is refused unread', async () => {
    const path = join(await makeTemporaryFolder(), 'config.json');
    await writeFile(path, '{}');
    await truncate(path, 3 * 2 ** 30);
    const error = await catchError('ConfigInvalid', () => readJson(path, 'ConfigInvalid'));
    expect(error.problem).toBe('has 3221225472 bytes, and JSON of more than 268435456 is not read');
  });
});
