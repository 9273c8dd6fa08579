import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import { describe, expect, it } from 'vitest';
import { decodeWoff2 } from '../../../integrations/embedding-animation/formats/woff2/woff2.ts';

const { resolve } = createRequire(import.meta.url);

function read(file: string): Buffer {
  return readFileSync(resolve(file));
}

function open(bytes: Buffer): Font {
  return create(bytes) as Font; // files of one font
}

describe('decodeWoff2', () => {
  it.each([
    '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
    '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2',
    '@fontsource/noto-emoji/files/noto-emoji-0-400-normal.woff2',
    '@fontsource/noto-sans-hebrew/files/noto-sans-hebrew-hebrew-700-normal.woff2',
  ])('gives the outlines and widths that another reader finds in %s', (file) => {
    const [decoded, reference] = [open(decodeWoff2(read(file))), open(read(file))];
    expect(decoded.numGlyphs).toBe(reference.numGlyphs);
    for (let id = 0; id < decoded.numGlyphs; id++) {
      const [one, other] = [decoded.getGlyph(id), reference.getGlyph(id)];
      expect(one.path.toSVG()).toBe(other.path.toSVG());
      expect(one.advanceWidth).toBe(other.advanceWidth);
    }
  });

  it('gives a font whose weight can be chosen', () => {
    const font = open(
      decodeWoff2(read('@fontsource-variable/noto-sans-jp/files/noto-sans-jp-119-wght-normal.woff2')),
    );
    const widths = [100, 400, 900].map((wght) => {
      const { bbox } = font.getVariation({ wght }).layout('ア').glyphs[0]!;
      return Math.round(bbox.maxX - bbox.minX);
    });
    // The static files of Noto Sans JP 5.3.0: 772 at weight 100, 807 at 400.
    expect(widths.slice(0, 2)).toEqual([772, 807]);
    expect(widths[2]).toBeGreaterThan(widths[1]!);
  });

  it('refuses what is no WOFF2 file, or one cut off', () => {
    const file = read('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2');
    expect(() => decodeWoff2(Buffer.alloc(100))).toThrow(RangeError);
    expect(() => decodeWoff2(file.subarray(0, 2000))).toThrow();
  });
});
