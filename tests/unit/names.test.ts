import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchLabels } from '../../integrations/embedding-animation/dataset/index.ts';
import { findRunFolder } from '../../integrations/embedding-animation/cli/run-location.ts';
import { findNearest } from '../../integrations/embedding-animation/cli/text.ts';
import { describeRunFile } from '../../integrations/embedding-animation/cli/run-file-options.ts';
import { findInAnyForm } from '../../integrations/embedding-animation/files.ts';
import {
  findSameNames,
  indexNames,
  isSameName,
  showControls,
} from '../../integrations/embedding-animation/names.ts';
import { slugOf } from '../../integrations/embedding-animation/run-ids.ts';
import { makeTemporaryFolder, writeFiles } from '../helpers/temporary-folder.ts';

const COMPOSED = '\u00e9t\u00e9';
const COMBINING = 'e\u0301te\u0301';

describe('names', () => {
  it('are the same in another normal form, and in no other way', () => {
    expect(isSameName(COMPOSED, COMBINING)).toBe(true);
    expect(isSameName('한', '\u1112\u1161\u11ab')).toBe(true);
    expect(isSameName('ｶ', 'カ')).toBe(false);
    expect(isSameName('cat', 'Cat')).toBe(false);
  });

  it('are found as they are written first, then in another form', () => {
    const find = indexNames(['cat', COMBINING, COMPOSED, 'cat']);
    expect(find(COMPOSED)).toBe(2);
    expect(find(COMBINING)).toBe(1);
    expect(find('cat')).toBe(0);
    expect(find('dog')).toBe(-1);
    expect(indexNames([COMBINING])(COMPOSED)).toBe(0);
  });

  it('are found among tens of thousands as fast as among few', () => {
    const names = Array.from({ length: 50_000 }, (_, i) => `${COMPOSED} ${i}`);
    const find = indexNames(names);
    expect(names.every((name, index) => find(name.normalize('NFD')) === index)).toBe(true);
  });

  it('are told where there are two of one', () => {
    expect(findSameNames(['a', COMPOSED, 'b', COMBINING])).toEqual([COMPOSED, COMBINING]);
    expect(findSameNames(['a', 'b', 'a'])).toEqual(['a', 'a']);
    expect(findSameNames(['a', 'b'])).toBeUndefined();
  });

  it('of 20,000 classes are compared with those of the model at once', () => {
    const classNames = Array.from({ length: 20_000 }, (_, i) => `${COMBINING} ${i}`);
    const decode = () => Promise.reject(new Error('not here'));
    const dataset = { classNames, items: [], digest: '', source: '', decode };
    const known = classNames.map((name) => name.normalize());
    expect(() => {
      matchLabels(dataset, known.reverse(), {});
    }).not.toThrow();
  });
});

describe('a path', () => {
  it('is found in the form that the file system has', async () => {
    const root = await makeTemporaryFolder();
    const there = join(root, COMBINING, 'a', COMPOSED);
    await mkdir(there, { recursive: true });
    expect(await findInAnyForm(join(root, COMPOSED, 'a', COMBINING))).toBe(there);
    expect(await findInAnyForm(there)).toBe(there);
    const missing = join(root, COMPOSED, 'b');
    expect(await findInAnyForm(missing)).toBe(missing);
  });

  it('may be typed in any form', async () => {
    const root = await makeTemporaryFolder();
    await writeFiles(root, {
      [`runs/${COMBINING}/run.yaml`]: 'title: A run',
      [`${COMBINING}/cats/1.png`]: 'x',
      'astro.config.mjs': '',
      [`content/runs/${COMBINING} 2/run.yaml`]: 'title: Another',
    });
    expect(await findRunFolder(`runs/${COMPOSED}`, root)).toBe(join(root, 'runs', COMBINING));
    expect(await findRunFolder(`${COMPOSED} 2`, root)).toBe(join(root, 'content/runs', `${COMBINING} 2`));
    const { dataset } = await describeRunFile('run', join(root, 'runs'), { images: COMPOSED }, root);
    expect(dataset).toMatchObject({ type: 'image-folder', path: join(root, COMBINING) });
  });

  it('is suggested by letters, not by forms', () => {
    expect(findNearest('ete', ['abc', COMBINING])).toBeUndefined();
    expect(findNearest(`${COMPOSED}s`, ['abc', COMBINING])).toBe(COMBINING);
  });
});

describe('slugOf', () => {
  it.each(['emoji', 'cifar10-vit.v2_b', '花の分類', 'שלום', 'ünïcode'])('leaves %s as it is', (id) => {
    expect(slugOf(id)).toBe(id);
  });

  it.each([
    ['my run (1)', /^my-run-1-[0-9a-f]{8}$/],
    ['50% more', /^50-more-[0-9a-f]{8}$/],
    ['a#b', /^a-b-[0-9a-f]{8}$/],
    ['%23', /^23-[0-9a-f]{8}$/],
    ['ends.', /^ends-[0-9a-f]{8}$/],
    ['🐙', /^run-[0-9a-f]{8}$/],
  ])('makes %j plain', (id, slug) => {
    expect(slugOf(id)).toMatch(slug);
  });

  it('gives no two ids the same', () => {
    const ids = ['a b', 'a-b', 'a#b', 'a  b', ' a b', 'a?b'];
    expect(new Set(ids.map(slugOf)).size).toBe(ids.length);
    expect(slugOf(slugOf('a b'))).toBe(slugOf('a b'));
  });

  it('is the same for composed and combining characters', () => {
    expect(slugOf('u\u0308 x')).toBe(slugOf('ü x'));
  });

  it('keeps long names within what file systems allow, and letters whole', () => {
    const slug = slugOf('नमस्ते'.repeat(40));
    expect(Buffer.byteLength(slug)).toBeLessThan(120);
    expect(slug).toMatch(/^नमस्ते.*-[0-9a-f]{8}$/);
  });
});

describe('showControls', () => {
  it('writes out what steers a terminal, and nothing else', () => {
    expect(showControls('\u001b[31mred\u001b[0m')).toBe('\\u001b[31mred\\u001b[0m');
    expect(showControls('a\rb\u0007c\u009b1m\u007f\0')).toBe('a\\u000db\\u0007c\\u009b1m\\u007f\\u0000');
    expect(showControls('\u202egnp.exe\u2066')).toBe('\\u202egnp.exe\\u2066');
    const plain = 'Ein Name\tmit Zeilen\nund 花, 👩‍💻, \u200fعربي';
    expect(showControls(plain)).toBe(plain);
  });

  it('leaves a text in JSON with the same meaning', () => {
    const value = { name: '\u009bname\u007f\u001b' };
    expect(JSON.parse(showControls(JSON.stringify(value)))).toEqual(value);
  });
});
