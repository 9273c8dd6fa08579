import { expect, it } from 'vitest';
import { optionsSchema, runFileSchema } from '../../../integrations/embedding-animation/options/index.ts';

const RUN = { title: 'A run', dataset: { type: 'image-folder', path: '.' } };

/** What is wrong with the options, or with a run's file. */
function problems(given: object): string[] {
  const parsed = [optionsSchema.safeParse(given), runFileSchema.safeParse({ ...RUN, ...given })];
  return parsed.map((result) => result.error?.issues.map(({ message }) => message).join('; ') ?? '');
}

it.each(['en', 'ja-JP', 'zh-Hant-TW', 'sr-Latn'])('takes the locale %s', (locale) => {
  expect(problems({ locale })).toEqual(['', '']);
});

it.each(['', 'japanese language', 'ja_JP', '日本語'])('refuses the locale "%s"', (locale) => {
  for (const problem of problems({ locale })) expect(problem).toMatch(/BCP 47/);
});

it('refuses a word that it does not know', () => {
  const words = { stepp: 'Schritt {step}' };
  expect(optionsSchema.safeParse({ words: { de: words } }).error?.issues[0]?.message).toMatch(/stepp/);
  expect(runFileSchema.safeParse({ ...RUN, words }).error?.issues[0]?.message).toMatch(/stepp/);
});

it('refuses a placeholder that a word does not have, and says which it has', () => {
  const { error } = runFileSchema.safeParse({ ...RUN, words: { accuracy: '{percent} genau', play: '{x}' } });
  expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    'words.accuracy: {percent} means nothing here: its placeholders are {share}',
    'words.play: {x} means nothing here: it has no placeholders',
  ]);
});

it('takes plural forms, with one for all other counts', () => {
  const parse = (imageCount: object) => runFileSchema.safeParse({ ...RUN, words: { imageCount } }).success;
  expect(parse({ one: '{count} Bild', other: '{count} Bilder' })).toBe(true);
  expect(parse({ one: '{count} Bild' })).toBe(false);
});

it('takes names of packages as fonts', () => {
  expect(problems({ fonts: ['@fontsource/noto-sans-jp', 'my-font'] })).toEqual(['', '']);
  for (const problem of problems({ fonts: ['../font.ttf'] })) expect(problem).toMatch(/name of a package/);
});
