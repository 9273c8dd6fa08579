/**
 * Pictures against goldens. To accept a new look: UPDATE_GOLDENS=1 npx vitest run tests/unit/rendering/pictures
 * and look at the files.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decodePng } from '../../../integrations/embedding-animation/images/index.ts';
import { renderFrame } from '../../../integrations/embedding-animation/rendering/frame.ts';
import { drawnWords } from '../../../integrations/embedding-animation/locale/index.ts';
import { findFonts } from '../../../integrations/embedding-animation/rendering/text/find-fonts.ts';
import { openRenderCache } from '../../../integrations/embedding-animation/rendering/render-cache.ts';
import { REPOSITORY } from '../../helpers/font-packages.ts';
import { makeFrameInput, placeAnchors, seededRandom, type FrameWishes } from '../../helpers/rendering.ts';

const cache = openRenderCache();
const SMALL = { width: 480, height: 320 };
/** Another processor may round an edge's coverage differently. */
const NOTICEABLE = 24;
const MOST_DIFFERENT = 0.002;
const MOST_BYTES = 60_000;

const PICTURES: [string, FrameWishes][] = [
  ['light', { look: SMALL }],
  ['dark', { look: { ...SMALL, theme: 'dark' } }],
  ['portrait', { look: { width: 300, height: 525 }, outlierCount: 5 }],
  ['many-classes', { look: SMALL, classNames: Array.from({ length: 45 }, (_, i) => `class ${i + 1}`) }],
  [
    'strange-names',
    { look: SMALL, title: '<b>שלום</b> & 🐙', classNames: ['<i>', 'שלום (1)', 'مرحبا', '🐙 👩🏽‍🚀', '日本'] },
  ],
  ['class-map', mapClasses(['cat', 'dog', 'red fox', 'great white shark', 'tree frog'], { look: SMALL })],
  [
    'class-map-portrait',
    mapClasses(
      Array.from({ length: 30 }, (_, i) => `a class ${i + 1}`),
      { look: { width: 300, height: 525, theme: 'dark' }, outlierCount: 5 },
    ),
  ],
  ['fade', { look: SMALL, opacities: Uint8Array.from({ length: 240 }, (_, i) => 64 + ((i * 37) % 192)) }],
  ['japanese', speakJapanese({ look: SMALL, title: '犬と猫を見分けるViTの学習' })],
  [
    'japanese-long-title',
    speakJapanese({
      look: { ...SMALL, theme: 'dark' },
      title:
        '小さなVision Transformerが「犬」と「猫」を見分けられるようになるまで――ファインチューニング中の埋め込みの変化を見る',
    }),
  ],
];

/** A class map whose images lie near their classes' anchors. */
function mapClasses(classNames: readonly string[], wishes: FrameWishes): FrameWishes {
  const anchors = placeAnchors(classNames);
  const { labels, points } = makeFrameInput({ ...wishes, classNames });
  const random = seededRandom(5);
  const data = points.data.map((_, at) => {
    const anchor = anchors[labels[at >> 1]!]!;
    return (at % 2 === 0 ? anchor.x : anchor.y) * (0.4 + 0.6 * random());
  });
  return { ...wishes, classNames, anchors, points: { ...points, data } };
}

/** The same in Japanese, with the fonts of this repository's root. */
function speakJapanese(wishes: FrameWishes & { readonly title: string }): FrameWishes {
  const classNames = [
    '犬',
    '猫',
    '柴犬',
    'ゴールデン・レトリバー',
    'ｶﾞｷﾞｸﾞ半角',
    '全角ＡＢＣ',
    '👩🏽‍🚀宇宙飛行士',
    'עברית と日本語',
  ];
  const language = { locale: 'ja' };
  const texts = [wishes.title, ...classNames, ...drawnWords(language)];
  const { choice } = findFonts({ texts, named: [], locale: 'ja', projectRoot: REPOSITORY });
  return { ...wishes, classNames, language, fonts: choice };
}

it.each(PICTURES)('the picture "%s" looks as it did', async (name, wishes) => {
  const png = await renderFrame(makeFrameInput(wishes), cache);
  const file = new URL(`../../golden/rendering/${name}.png`, import.meta.url);
  if (process.env['UPDATE_GOLDENS'] === '1' && process.env['CI'] === undefined) writeFileSync(file, png);
  expect(existsSync(file), 'the golden is missing: see the top of this file').toBe(true);
  const golden = readFileSync(file);
  expect(golden.length).toBeLessThan(MOST_BYTES);
  const [drawn, expected] = [await decodePng(png), await decodePng(golden)];
  expect([drawn.width, drawn.height]).toEqual([expected.width, expected.height]);
  const different = drawn.data.filter((value, i) => Math.abs(value - expected.data[i]!) > NOTICEABLE).length;
  expect(different / drawn.data.length).toBeLessThan(MOST_DIFFERENT);
});
