import { describe, expect, it } from 'vitest';
import { decodePng } from '../../../integrations/embedding-animation/images/index.ts';
import {
  composeOverlay,
  listTextBoxes,
  renderFrame,
} from '../../../integrations/embedding-animation/rendering/frame.ts';
import type { FrameLayout } from '../../../integrations/embedding-animation/rendering/layout.ts';
import { placePoints } from '../../../integrations/embedding-animation/rendering/parts/map-extent.ts';
import type { TextBox } from '../../../integrations/embedding-animation/rendering/text/placed-text.ts';
import { planStaticLayer } from '../../../integrations/embedding-animation/rendering/static-layer.ts';
import { openRenderCache } from '../../../integrations/embedding-animation/rendering/render-cache.ts';
import {
  openRenderingPool,
  renderFrameInWorker,
  type FrameInput,
} from '../../../integrations/embedding-animation/rendering/index.ts';
import { openTypesetter } from '../../../integrations/embedding-animation/rendering/text/typesetter.ts';
import { classColours, themeOf } from '../../../integrations/embedding-animation/rendering/theme.ts';
import {
  findOverlaps,
  makeFrameInput,
  makeLosses,
  placeAnchors,
  type FrameWishes,
} from '../../helpers/rendering.ts';

const cache = openRenderCache();
const typesetter = openTypesetter();

/** The drawing under a frame, and all lines of text. */
function compose(input: FrameInput): { svg: string; layout: FrameLayout; texts: TextBox[] } {
  const layer = planStaticLayer(input, typesetter);
  const points = placePoints(input, layer.layout, layer.anchors?.circle);
  const textBoxes = listTextBoxes(composeOverlay(input, points, layer, typesetter), layer);
  return { svg: layer.svg, layout: layer.layout, texts: [...layer.texts, ...textBoxes] };
}

const STRANGE_NAMES = [
  '<script>alert("x")</script>',
  'Tom & "Jerry" \'n\' co',
  'שלום עולם',
  'مرحبا بالعالم',
  'Emoji 👩🏽‍🚀 ❤️ 🇮🇱',
  'A very very long class name that never seems to come to its end',
  'line\nbreak\u0000',
  ']]>&amp;',
  '',
];

/** Thirty classes at most, on a circle. */
function makeClassMap(count: number): FrameWishes {
  const classNames = Array.from({ length: count }, (_, i) => `class number ${i}`);
  return { classNames, anchors: placeAnchors(classNames) };
}

const EXTREMES: [string, FrameWishes][] = [
  ['the default', {}],
  ['the dark theme', { look: { theme: 'dark' } }],
  ['640 × 480', { look: { width: 640, height: 480 } }],
  ['1920 × 1080', { look: { width: 1920, height: 1080 } }],
  ['portrait', { look: { width: 800, height: 1200 } }],
  ['portrait for phones', { look: { width: 720, height: 1260 }, outlierCount: 5 }],
  [
    'portrait, 100 classes, a long title',
    {
      look: { width: 720, height: 1260, theme: 'dark' },
      outlierCount: 5,
      title: STRANGE_NAMES.join(' '),
      classNames: Array.from({ length: 100 }, (_, i) => `class number ${i}`),
      lastStep: 3_000_000,
    },
  ],
  ['portrait without outliers', { look: { width: 720, height: 1260 }, outlierCount: 0 }],
  ['portrait without losses', { look: { width: 720, height: 1260 }, outlierCount: 5, losses: [] }],
  ['a square', { look: { width: 900, height: 900 } }],
  ['one class', { classNames: ['all'] }],
  ['100 classes', { classNames: Array.from({ length: 100 }, (_, i) => `class number ${i}`) }],
  ['strange names', { classNames: STRANGE_NAMES, title: STRANGE_NAMES.join(' ') }],
  ['no losses', { losses: [] }],
  ['no outliers', { outlierCount: 0 }],
  ['neither', { losses: [], outlierCount: 0 }],
  ['one loss', { losses: makeLosses(1, 400) }],
  ['equal losses', { losses: makeLosses(20, 400).map((row) => ({ ...row, loss: 0 })) }],
  ['losses by epoch', { look: { lossAxis: 'epoch' } }],
  ['losses that are not finite', { losses: makeLosses(20, 400).map((row) => ({ ...row, loss: NaN })) }],
  [
    'huge losses and steps',
    {
      step: 1_200_000,
      lastStep: 3_000_000,
      losses: makeLosses(50, 3_000_000).map((row) => ({ ...row, loss: row.loss * 1e6 })),
    },
  ],
  ['step 0 with nothing known', { step: 0, epoch: undefined, accuracy: undefined }],
  ['three points', { count: 3, outlierCount: 3 }],
  ['anchors of three classes', makeClassMap(3)],
  ['anchors of thirty classes', makeClassMap(30)],
  [
    'anchors of thirty classes, portrait',
    { ...makeClassMap(30), look: { width: 720, height: 1260 }, outlierCount: 5 },
  ],
  ['anchors with strange names', { classNames: STRANGE_NAMES, anchors: placeAnchors(STRANGE_NAMES) }],
  ['faint points', { opacities: new Uint8Array(240).fill(64) }],
  [
    'distances that are no numbers',
    { outliers: makeFrameInput().outliers.map((one) => ({ ...one, distanceRatio: NaN })) },
  ],
  ['equal points', { points: { rows: 240, cols: 2, data: new Float64Array(480) } }],
];

describe('renderFrame', () => {
  it('gives the same bytes twice, and in a worker thread', async () => {
    const input = makeFrameInput();
    const first = await renderFrame(input, cache);
    expect(Buffer.compare(first, await renderFrame(makeFrameInput()))).toBe(0);
    const pool = openRenderingPool(1);
    try {
      expect(Buffer.compare(first, await renderFrameInWorker(pool, input))).toBe(0);
    } finally {
      await pool.close();
    }
  });

  it.each([
    [1200, 800],
    [641, 479],
  ])('is %i × %i px when asked for that', async (width, height) => {
    // prettier-ignore
    const image = await decodePng(await renderFrame(makeFrameInput({ look: { width, height } }), cache));
    expect([image.width, image.height]).toEqual([width, height]);
  });

  it.each(['light', 'dark'] as const)('shows every class in exactly its colour, %s', async (theme) => {
    const input = makeFrameInput({ look: { theme } });
    const { data } = await decodePng(await renderFrame(input, cache));
    const seen = new Set<string>();
    for (let i = 0; i < data.length; i += 3) seen.add(Buffer.from(data.subarray(i, i + 3)).toString('hex'));
    for (const colour of classColours(input.classNames, input.look)) expect(seen).toContain(colour.slice(1));
    expect(seen).toContain(themeOf({ theme }).paper.slice(1));
  });

  it('moves nothing but the data from frame to frame', () => {
    const early = compose(makeFrameInput({ step: 10 }));
    const late = compose(makeFrameInput({ step: 990 }));
    expect(late.layout).toEqual(early.layout);
    const axis = ({ texts, layout }: typeof early): unknown =>
      texts.filter(({ y, text }) => y > layout.losses!.y + 60 && /^[\d.]+$/.test(text));
    expect(axis(late)).toEqual(axis(early));
  });
});

describe.each(EXTREMES)('a frame with %s', (_, wishes) => {
  const input = makeFrameInput(wishes);
  const composed = compose(input);

  it('has no text that a font of the machine could draw', () => {
    const { svg, texts } = composed;
    expect(svg).not.toMatch(/<text|<tspan|<style|font-family|NaN|undefined|Infinity/);
    expect(texts.length).toBeGreaterThan(2);
  });

  it('has no text over another, none outside, none too small', () => {
    const { texts, layout } = composed;
    expect(findOverlaps(texts)).toEqual([]);
    for (const { x, y, width, height, size } of texts) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(input.look.width);
      expect(y + height).toBeLessThanOrEqual(input.look.height);
      const isMap =
        y < layout.map.y + layout.map.height && y > layout.map.y && x < layout.map.x + layout.map.width;
      const isLegend = y > layout.legend.y - 1 && x < layout.legend.x + layout.legend.width;
      const least = isLegend ? 12 : isMap ? 18 : 22;
      expect(size).toBeGreaterThanOrEqual(least * layout.unit - 1e-9);
    }
  });

  it('becomes a picture', async () => {
    const { data } = await decodePng(await renderFrame(input, cache));
    expect(new Set(data).size).toBeGreaterThan(10);
  });
});

describe('class names in a frame', () => {
  it('are drawn as text, whatever they hold', () => {
    const { svg, texts } = compose(makeFrameInput({ classNames: STRANGE_NAMES }));
    expect(svg).not.toMatch(/script|alert|Jerry|&amp;|&lt;/);
    const drawn = texts.map(({ text }) => text);
    expect(drawn).toContain('שלום עולם');
    expect(drawn).toContain('مرحبا بالعالم');
    expect(drawn).toContain('line break');
    expect(drawn.some((text) => text.startsWith('<script>'))).toBe(true);
    for (const { text, width, missing } of texts) {
      expect(missing).toBe(0);
      expect(width, text).toBeGreaterThan(0);
    }
  });

  it('are counted where there is no room for all', () => {
    const classNames = Array.from({ length: 200 }, (_, i) => `${i}th of ${i}`);
    const { texts } = compose(makeFrameInput({ classNames, outlierCount: 0, title: 'Classes' }));
    const drawn = texts.map(({ text }) => text);
    const listed = drawn.filter((text) => /^\d+th/.test(text)).length;
    expect(listed).toBeGreaterThanOrEqual(60);
    expect(drawn).toContain(`+${200 - listed} more`);
  });

  it('are all whole on the shipped run', () => {
    const { texts } = compose(makeFrameInput());
    expect(texts.filter(({ text }) => text.includes('…'))).toEqual([]);
    for (const name of makeFrameInput().classNames) expect(texts.map(({ text }) => text)).toContain(name);
  });
});

describe('the words of a frame', () => {
  it('say step, epoch and accuracy, and the distances in order', () => {
    const { texts, layout } = compose(makeFrameInput());
    const line = texts.filter(
      ({ y }) => y > layout.header.y + 40 && y < layout.header.y + layout.header.height,
    );
    const words = line.sort((a, b) => a.x - b.x).map(({ text }) => text);
    expect(words.join(' ')).toBe('Step 400 · epoch 4.21 · 61.2% held-out accuracy');
    const distances = texts.map(({ text }) => text).filter((text) => /^\d\.\d\d×$/.test(text));
    expect(distances).toHaveLength(10);
    expect(distances).toEqual([...distances].sort().reverse());
    expect(texts.map(({ text }) => text)).toContain('× usual distance');
  });

  it('tell outliers apart that are nearly as strong', () => {
    const { outliers, ...input } = makeFrameInput({ count: 60 });
    const near = outliers.map((outlier, rank) => ({ ...outlier, distanceRatio: 7.16 - 0.03 * rank }));
    const { texts } = compose({ ...input, outliers: near });
    const distances = texts.map(({ text }) => text).filter((text) => text.endsWith('×'));
    expect(new Set(distances).size).toBe(10);
    expect(distances[0]).toBe('7.16×');
  });

  it('are set smaller rather than cut where the line is long', () => {
    const wishes = {
      look: { width: 720, height: 1260 },
      epoch: 12_345.67,
      step: 1_200_000,
      lastStep: 3_000_000,
    };
    const { texts, layout } = compose(makeFrameInput({ ...wishes, outlierCount: 5 }));
    const line = texts.filter(
      ({ y }) => y > layout.header.y + 40 && y < layout.header.y + layout.header.height,
    );
    expect(line.some(({ text }) => text.includes('…'))).toBe(false);
    expect(line.map(({ text }) => text)).toContain('61.2%');
  });

  it('leave out what is not known', () => {
    const { texts } = compose(makeFrameInput({ epoch: undefined, accuracy: undefined }));
    expect(texts.some(({ text }) => /epoch|accuracy|·/.test(text))).toBe(false);
  });
});
