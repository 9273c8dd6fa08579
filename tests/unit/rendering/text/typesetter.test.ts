import { describe, expect, it } from 'vitest';
import { glyphPathData } from '../../../../integrations/embedding-animation/rendering/text/glyph-outlines.ts';
import {
  openTypesetter,
  toOneLine,
} from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';

const typesetter = openTypesetter();
const style = { size: 26, weight: 400 } as const;

describe('layOut', () => {
  it.each([
    ['markup characters', '<script>alert("x")</script> & \'y\''],
    ['Hebrew', 'שָׁלוֹם עולם'],
    ['Arabic', 'مرحبا بالعالم'],
    ['Greek, Cyrillic and Vietnamese', 'Ελλάδα Привет Tiếng Việt'],
    ['accents of several font files', 'Łódź Ñandú Çeşme'],
    ['a single emoji', '🐙'],
    ['emoji of several code points', '👩🏽‍🚀 🇮🇱 ❤️ 1️⃣'],
    ['everything at once', 'Emoji 🐙 – שלום (3) مرحبا <b>'],
  ])('has glyphs for %s', (_, text) => {
    const { width, missing } = typesetter.layOut(text, style);
    expect(missing).toBe(0);
    expect(width).toBeGreaterThan(style.size / 2);
    expect(pathOf(text)).toMatch(/^M[-\dMLQCZ. ]+Z$/);
  });

  it('draws a box for each character that no bundled font has', () => {
    const { missing, width, glyphs } = typesetter.layOut('日本', style);
    expect(missing).toBe(2);
    expect(width).toBeGreaterThan(0);
    expect(glyphs).toHaveLength(2);
    expect(glyphs.map(glyphPathData)).not.toContain('');
  });

  it('sets one emoji of several code points as one glyph', () => {
    const astronaut = typesetter.measure('👩🏽‍🚀', style);
    expect(astronaut).toBeCloseTo(typesetter.measure('👩', style), 5);
  });

  it('joins Arabic letters: a word is narrower than its letters apart', () => {
    const apart = Array.from('مرحبا', (letter) => typesetter.measure(letter, style)).reduce((a, b) => a + b);
    expect(typesetter.measure('مرحبا', style)).toBeLessThan(apart);
  });

  it('orders right-to-left text from the right', () => {
    const alef = typesetter.layOut('א', style);
    const both = typesetter.layOut('אב', style);
    const shift = both.width - alef.width;
    expect(leftEdge(glyphPathData(both.glyphs[1]!))).toBeCloseTo(
      leftEdge(glyphPathData(alef.glyphs[0]!)) + shift,
      1,
    );
  });

  it('mirrors brackets in right-to-left text', () => {
    const opening = pathOf('(א');
    expect(opening).not.toBe(pathOf(')א'));
    expect(opening.endsWith(pathOf('א)'))).toBe(false);
  });

  it('gives tabular digits one width', () => {
    const widths = Array.from('0123456789', (digit) =>
      typesetter.measure(digit, { ...style, tabular: true }),
    );
    expect(new Set(widths.map((width) => width.toFixed(4))).size).toBe(1);
    expect(typesetter.measure('1', style)).toBeLessThan(typesetter.measure('0', style));
  });

  it('scales with the size', () => {
    const small = typesetter.measure('Animals & Nature', style);
    expect(typesetter.measure('Animals & Nature', { ...style, size: 52 })).toBeCloseTo(2 * small, 6);
  });

  it('gives nothing for nothing', () => {
    expect(typesetter.layOut('', style)).toEqual({ width: 0, glyphs: [], missing: 0 });
  });
});

describe('fit', () => {
  const name = 'A class name 👩🏽‍🚀 that goes on and on';

  it('leaves alone what fits', () => {
    expect(typesetter.fit(name, style, typesetter.measure(name, style))).toBe(name);
  });

  it.each([30, 80, 150, 190, 220, 260])('shortens to %i px with an ellipsis', (width) => {
    const fitted = typesetter.fit(name, style, width);
    expect(fitted).toMatch(/…$/);
    expect(typesetter.measure(fitted, style)).toBeLessThanOrEqual(width);
  });

  it('never cuts an emoji in two', () => {
    for (let width = 30; width < 300; width += 5) {
      expect(typesetter.fit(name, style, width)).not.toMatch(/👩…|👩🏽…|\u200d…/);
    }
  });
});

describe('fitMiddle', () => {
  const name = 'n02085620-Chihuahua';
  const width = typesetter.measure(name, style);

  it('leaves alone what fits', () => {
    expect(typesetter.fitMiddle(name, style, width)).toBe(name);
  });

  it.each([0.3, 0.5, 0.7, 0.9])('keeps beginning and end in a share of %f of the room', (share) => {
    const fitted = typesetter.fitMiddle(name, style, share * width);
    const [begin = '', end = ''] = fitted.split('…');
    expect(name.startsWith(begin) && name.endsWith(end)).toBe(true);
    expect(begin.length - end.length === 0 || begin.length - end.length === 1).toBe(true);
    expect(typesetter.measure(fitted, style)).toBeLessThanOrEqual(share * width);
  });

  it('is an ellipsis where there is no room for more', () => {
    expect(typesetter.fitMiddle(name, style, 1)).toBe('…');
  });

  it('cuts between the characters that readers see, in any script', () => {
    const whole = new Intl.Segmenter('en', { granularity: 'grapheme' });
    for (const text of ['👩🏽‍🚀🇮🇱❤️1️⃣👩🏽‍🚀🇮🇱❤️1️⃣', 'שָׁלוֹם עולם שָׁלוֹם', 'नमस्ते दुनिया']) {
      const clusters = Array.from(whole.segment(text), ({ segment }) => segment);
      for (let room = 30; room < 200; room += 10) {
        const fitted = typesetter.fitMiddle(text, style, room).replace('…', '');
        for (const { segment } of whole.segment(fitted)) expect(clusters).toContain(segment);
      }
    }
  });
});

describe('toOneLine', () => {
  it('takes out line breaks, control characters and halves of surrogate pairs', () => {
    expect(toOneLine(' a\n\tb\u0000c \ud800')).toBe('a bc \ufffd');
  });
});

/** Least x of a path's coordinates. */
function leftEdge(path: string): number {
  const numbers = path.match(/-?\d+(\.\d+)?/g) ?? [];
  return Math.min(...numbers.filter((_, index) => index % 2 === 0).map(Number));
}

/** A line's glyphs as one path. */
function pathOf(text: string): string {
  return typesetter.layOut(text, style).glyphs.map(glyphPathData).join('');
}
