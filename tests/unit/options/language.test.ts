import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { findEngine } from '../../../integrations/embedding-animation/astro/engine-holder.ts';
import { embeddingAnimation } from '../../../integrations/embedding-animation/astro/integration.ts';
import {
  completeRunFile,
  optionsSchema,
  runFileSchema,
} from '../../../integrations/embedding-animation/options/index.ts';
import { decidingOptions } from '../../../integrations/embedding-animation/packed/pack-key.ts';

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

it('results do not depend on words, language and fonts', () => {
  const parse = (more: object) =>
    decidingOptions(completeRunFile(runFileSchema.parse({ ...RUN, ...more }), 'run'));
  expect(parse({ locale: 'ja', words: { distance: 'Wert' }, fonts: ['my-font'] })).toEqual(parse({}));
});

it.each([
  [{ i18n: 'ja' }, 'ja'],
  [{ i18n: 'de' }, 'en'],
  [{ i18n: 'de', words: { de: { distance: 'Wert' } } }, 'de'],
  [{ i18n: 'deutsch_1' }, 'en'],
  [{ i18n: 'ja', locale: 'en-GB' }, 'en-GB'],
  [{}, 'en'],
])('in a site of %j the locale is %s', async ({ i18n, ...options }: Record<string, unknown>, locale) => {
  const setup = embeddingAnimation(options).hooks['astro:config:setup'];
  const config = {
    root: pathToFileURL('/site/'),
    cacheDir: pathToFileURL('/site/cache/'),
    base: '/',
    i18n: i18n === undefined ? undefined : { defaultLocale: i18n },
  };
  const nothing = (): void => undefined;
  const given = { config, command: 'build', logger: console, injectRoute: nothing, updateConfig: nothing };
  await setup?.(given as unknown as Parameters<NonNullable<typeof setup>>[0]); // what the hook takes of it
  expect(findEngine()?.settings.options.locale).toBe(locale);
});
