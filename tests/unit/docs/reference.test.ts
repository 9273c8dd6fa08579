import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseCommand } from '../../../docs/reference/commands.ts';
import { describeErrors } from '../../../docs/reference/error-page.ts';
import { listFields } from '../../../docs/reference/json-schema.ts';
import { listOptions } from '../../../docs/reference/option-entries.ts';
import { documentOptions, findOptionProblems } from '../../../docs/reference/options.ts';
import { describeDatasets } from '../../../docs/reference/option-pages.ts';
import { openSchemas } from '../../../docs/reference/schema-comments.ts';
import { describeType } from '../../../docs/reference/schema-types.ts';
import {
  errorCatalogue,
  type ErrorEntry,
} from '../../../integrations/embedding-animation/error-catalogue/index.ts';
import { makeError, makeFileError } from '../../../integrations/embedding-animation/errors.ts';
import { faultySchema, goodSchema, kindsSchema } from './documented-options.ts';

const PACKAGE = fileURLToPath(new URL('../../../integrations/embedding-animation/', import.meta.url));
const open = openSchemas(fileURLToPath(new URL('./documented-options.ts', import.meta.url)));

describe('the reference of options', () => {
  it('finds a comment above every key of the package, and no default that it gets wrong', () => {
    const options = documentOptions();
    expect(findOptionProblems(options)).toEqual([]);
    expect(options.integration.entries.map(({ path }) => path)).toContain('cache.maxAgeDays');
    expect(options.looks.entries.length).toBeGreaterThan(5);
    expect(describeDatasets(options).body).toContain('type: image-folder');
  });

  it('takes types and defaults from the schema and words from the comments', () => {
    const { entries, problems } = listOptions(goodSchema, open('goodSchema'));
    expect(problems).toEqual([]);
    expect(entries.map(({ path, type, text, defaultText }) => [path, type, text, defaultText])).toEqual([
      ['title', 'text', 'Shown above.', undefined],
      ['width', 'whole number, 320 to 4096', 'Width in px, on one line.', '1_200'],
      ['cache', 'keys, as below', 'Limits.', undefined],
      ['cache.days', 'number, 1 or more', 'Days.', 'as long as it takes'],
      ['which', '`all` or `none`', 'Which ones.', "'all'"],
    ]);
    expect(entries.map(({ isRequired }) => isRequired)).toEqual([true, false, false, false, false]);
  });

  it('names keys without a comment and defaults that are missing or wrong', () => {
    expect(listOptions(faultySchema, open('faultySchema')).problems).toEqual([
      'bare has no comment',
      'silent has the default false, which its comment does not say',
      'wrong has the default "light", but its comment says \'dark\'',
    ]);
  });

  it('reads the kinds of a union', () => {
    const [kind] = open('kindsSchema').parts();
    const { entries } = listOptions(kindsSchema.options[0], kind!);
    expect(entries.map(({ path, text }) => [path, text])).toEqual([['path', 'Where it is.']]);
  });

  it('refuses a schema that it has no words for', () => {
    expect(() => describeType(z.map(z.string(), z.string()))).toThrow('"map" has no words');
  });
});

describe('the error catalogue', () => {
  it('has no name that nothing uses', async () => {
    const names = await readdir(PACKAGE, { recursive: true });
    const sources = names.filter((name) => name.endsWith('.ts') && !/^(dist|node_modules|error-)/.test(name));
    const texts = await Promise.all(sources.map((name) => readFile(join(PACKAGE, name), 'utf8')));
    const code = texts.join('\n').replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '');
    const unused = Object.keys(errorCatalogue).filter((name) => !code.includes(`'${name}'`));
    expect(unused).toEqual([]);
  });

  it('has a hint for every case', () => {
    const entries: [string, ErrorEntry][] = Object.entries(errorCatalogue);
    const without = entries.flatMap(([name, { hint, cases }]) =>
      Object.entries(cases)
        .filter(([, own]) => (own.hint ?? hint) === undefined)
        .map(([caseName]) => `${name}.${caseName}`),
    );
    expect(without).toEqual([]);
  });

  it('makes a message from its facts, and names the facts in the documentation', () => {
    const error = makeError(
      'SafetensorsInvalid',
      'tooShort',
      { size: 3 },
      { step: 40, file: 'model.safetensors' },
    );
    expect(error.message).toBe(
      'step 40, model.safetensors: is cut off: it has 3 bytes, a header needs 8 at least',
    );
    expect(error.hint).toBe(errorCatalogue.SafetensorsInvalid.hint);
    expect(makeError('CacheUnwritable', 'diskFull', { folder: 'cache', code: 'ENOSPC' }).hint).toMatch(
      /^Free some space/,
    );
    expect(makeFileError('ConfigInvalid', 'lfsPointer', undefined, {}).hint).toContain('git lfs pull');
    const { body } = describeErrors(errorCatalogue);
    expect(body).toContain('- is cut off: it has ‹size› bytes');
    expect(body).not.toMatch(/^- ‹\w+›$/m);
  });

  it('says in sentences what each means and what to do', () => {
    for (const [name, { title, meaning, remedy }] of Object.entries(errorCatalogue)) {
      expect(title, name).toMatch(/^\S.*[^.]$/);
      expect(meaning, name).toMatch(/\.$/);
      expect(remedy, name).toMatch(/\.$/);
    }
  });
});

describe('the reference of commands', () => {
  it('takes help apart into usage, description and options', () => {
    const help = `Usage: tool render <run folder> --out <folder>

Draws a run.
And writes it.

  --out <folder>  Where the files go.
                  Required.
  --force         Write anyway.
`;
    expect(parseCommand('render', help)).toEqual({
      name: 'render',
      usage: 'render <run folder> --out <folder>',
      description: 'Draws a run.\nAnd writes it.',
      options: [
        { name: '--out <folder>', help: 'Where the files go. Required.' },
        { name: '--force', help: 'Write anyway.' },
      ],
    });
  });

  it('refuses help that does not begin with a usage', () => {
    expect(() => parseCommand('render', 'Error: no')).toThrow('begins with "Error: no"');
  });
});

describe('the reference of files', () => {
  it('lists fields at any depth, with what they hold', () => {
    const schema = z.toJSONSchema(
      z.strictObject({
        frames: z.array(
          z.strictObject({ step: z.int().describe('Global step.'), loss: z.number().optional() }),
        ),
      }),
    );
    expect(listFields(schema)).toEqual([
      { path: 'frames', type: 'list of objects', isRequired: true, text: '' },
      { path: 'frames[].step', type: 'whole number', isRequired: true, text: 'Global step.' },
      { path: 'frames[].loss', type: 'number', isRequired: false, text: '' },
    ]);
  });
});
