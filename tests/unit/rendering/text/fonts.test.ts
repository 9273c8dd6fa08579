import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  findFonts,
  type FoundFonts,
} from '../../../../integrations/embedding-animation/rendering/text/find-fonts.ts';
import { openFontStack } from '../../../../integrations/embedding-animation/rendering/text/font-stack.ts';
import { openFontFamily } from '../../../../integrations/embedding-animation/rendering/text/font-family.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';
import { catchError } from '../../../helpers/catch-error.ts';
import { installFont, REPOSITORY } from '../../../helpers/font-packages.ts';
import { makeTemporaryFolder } from '../../../helpers/temporary-folder.ts';

const JP = '@fontsource-variable/noto-sans-jp';
const style = { size: 30, weight: 400 } as const;

let project: string;

beforeEach(async () => {
  project = await makeTemporaryFolder();
  writeFileSync(join(project, 'package.json'), '{}');
});

function find(text: string, { locale = 'en', named = [] as string[], root = project } = {}): FoundFonts {
  return findFonts({ texts: [text], named, locale, projectRoot: root });
}

function namesOf({ choice }: FoundFonts): { named: string[]; found: string[] } {
  return { named: choice.named.map(({ name }) => name), found: choice.found.map(({ name }) => name) };
}

describe('findFonts', () => {
  it.each([
    ['犬と猫、「柴犬」。'],
    ['ゴールデン・レトリバー――ｶﾞｷﾞｸﾞ'],
    ['全角ＡＢＣ１２３％ か\u3099'],
    ['👩🏽‍🚀宇宙 𠮷野家 葛\u{e0100}城 ①㈱'],
  ])('finds what draws %s without being told', (text) => {
    const fonts = find(text, { root: REPOSITORY });
    expect(fonts.missing).toEqual([]);
    expect(namesOf(fonts)).toEqual({ named: [], found: [JP] });
    const typesetter = openTypesetter({ fonts: openFontStack(fonts.choice) });
    for (const weight of [400, 600, 700] as const) {
      expect(typesetter.layOut(text, { ...style, weight }).missing).toBe(0);
    }
  });

  it('looks for nothing where the bundled fonts have everything', () => {
    const fonts = find('Łódź Ελλάδα Привет שלום مرحبا 🐙 “x”', { root: REPOSITORY });
    expect(fonts).toEqual({ choice: { named: [], found: [] }, missing: [], advice: [] });
  });

  it.each([
    ['en', '犬', '@fontsource-variable/noto-sans-jp'],
    ['zh', '犬', '@fontsource-variable/noto-sans-sc'],
    ['zh-TW', '犬', '@fontsource-variable/noto-sans-tc'],
    ['zh-HK', '犬', '@fontsource-variable/noto-sans-hk'],
    ['ko', '犬', '@fontsource-variable/noto-sans-kr'],
    ['zh', 'カ', '@fontsource-variable/noto-sans-jp'],
    ['ja', '개', '@fontsource-variable/noto-sans-kr'],
    ['en', 'ไ', '@fontsource/noto-sans-thai'],
    ['en', 'हि', '@fontsource/noto-sans-devanagari'],
    ['en', 'က', '@fontsource/noto-sans-myanmar'],
    ['en', '⛄︎𝄞', '@fontsource/noto-sans-symbols-2'],
  ])('in %s it advises for %s to install %s', (locale, text, advice) => {
    const fonts = find(text, { locale });
    expect(fonts.missing.length).toBeGreaterThan(0);
    expect(fonts.advice).toContain(advice);
  });

  it('names what no font has, each once, and as a reader sees it', () => {
    const { missing, advice } = find('हिन्दी ไทย ไ \ue000');
    expect(missing).toEqual(['हि', 'न्दी', 'ไ', 'ท', 'ย', '\ue000']);
    expect(advice).toEqual(['@fontsource/noto-sans-devanagari', '@fontsource/noto-sans-thai']);
  });

  it('prefers the forms of Chinese characters that readers of the locale write', () => {
    installFont(project, { name: '@fontsource/noto-sans-sc' });
    installFont(project, { name: '@fontsource/noto-sans-jp' });
    expect(namesOf(find('直', { locale: 'ja' })).found).toEqual(['@fontsource/noto-sans-jp']);
    expect(namesOf(find('直', { locale: 'zh-CN' })).found).toEqual(['@fontsource/noto-sans-sc']);
  });

  it('leaves out what is installed and draws nothing', () => {
    installFont(project, { name: '@fontsource/noto-sans-jp' });
    installFont(project, { name: '@fontsource/noto-sans-sc', kanaOnly: true });
    expect(namesOf(find('かな', { locale: 'zh' })).found).toEqual(['@fontsource/noto-sans-sc']);
    expect(namesOf(find('かな漢字', { locale: 'zh' })).found).toEqual([
      '@fontsource/noto-sans-sc',
      '@fontsource/noto-sans-jp',
    ]);
  });

  it('finds packages that only the site can resolve, as pnpm lays them out', async () => {
    const store = join(await makeTemporaryFolder(), 'store');
    installFont(project, { name: '@fontsource/noto-sans-jp', store, kanaOnly: true });
    const { choice, missing } = find('かな');
    expect(missing).toEqual([]);
    expect(choice.found[0]?.folder).toBe(store);
  });

  it("takes any family of Fontsource that the site's package.json names", () => {
    installFont(project, { name: '@fontsource/m-plus-1p', kanaOnly: true });
    expect(find('かな').missing).toEqual(['か', 'な']);
    writeFileSync(join(project, 'package.json'), '{"dependencies":{"@fontsource/m-plus-1p":"1"}}');
    expect(namesOf(find('かな')).found).toEqual(['@fontsource/m-plus-1p']);
  });

  it('asks named fonts first, in their order, for every character', () => {
    installFont(project, { name: '@fontsource/noto-serif-jp' });
    const fonts = find('Latin 犬', { named: ['@fontsource/noto-serif-jp'] });
    expect(namesOf(fonts)).toEqual({ named: ['@fontsource/noto-serif-jp'], found: [] });
    const stack = openFontStack(fonts.choice);
    expect(stack.findPackage('L')?.name).toBe('@fontsource/noto-serif-jp');
    const inter = find('Latin 犬', { named: ['@fontsource/inter', '@fontsource/noto-serif-jp'] });
    expect(openFontStack(inter.choice).findPackage('L')?.name).toBe('@fontsource/inter');
    expect(openFontStack(inter.choice).findPackage('犬')?.name).toBe('@fontsource/noto-serif-jp');
  });

  it('refuses a named font that is not installed, and says how to install it', async () => {
    const { hint } = await catchError('FontMissing', () => find('x', { named: ['@fontsource/lobster'] }));
    expect(hint).toContain('npm install @fontsource/lobster');
  });

  it('refuses a named package without fonts', async () => {
    const { message } = await catchError('FontInvalid', () =>
      find('x', { named: ['zod'], root: REPOSITORY }),
    );
    expect(message).toContain('zod');
  });
});

describe('a family', () => {
  const folder = join(REPOSITORY, 'node_modules', JP);

  it('has heavier letters at a heavier weight, and as wide', () => {
    const subset = openFontFamily({ name: JP, folder })!.subsetsFor(0x30a2)[0]!;
    const [regular, bold] = ([400, 700] as const).map(
      (weight) => subset.open(weight).layout('ア').glyphs[0]!,
    );
    expect(bold!.advanceWidth).toBe(regular!.advanceWidth);
    expect(bold!.bbox.maxX - bold!.bbox.minX).toBeGreaterThan(regular!.bbox.maxX - regular!.bbox.minX + 20);
  });

  it('is opened at the weight there is that is nearest', () => {
    const inter = openFontFamily({
      name: '@fontsource/noto-sans-hebrew',
      folder: join(REPOSITORY, 'node_modules/@fontsource/noto-sans-hebrew'),
    });
    const [subset] = inter!.subsetsFor(0x5d0);
    expect(subset!.open(700).postscriptName).toMatch(/Bold/);
  });

  it('finds each of its characters among its hundred files', () => {
    const family = openFontFamily({ name: JP, folder })!;
    const kanji = Array.from({ length: 2000 }, (_, index) => 0x4e00 + index * 4);
    const found = kanji.filter((codePoint) => family.subsetsFor(codePoint).length > 0);
    expect(found.length).toBeGreaterThan(1000);
    for (const codePoint of found.slice(0, 20)) {
      expect(family.subsetsFor(codePoint)[0]!.open(400).hasGlyphForCodePoint(codePoint)).toBe(true);
    }
  });

  it('is none where the folder holds something else', () => {
    expect(openFontFamily({ name: 'zod', folder: join(REPOSITORY, 'node_modules/zod') })).toBeUndefined();
  });
});
