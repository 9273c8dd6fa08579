/** Lines of text at their places: typeset, and drawn straight into a picture. */
import type { RgbImage } from '../../contracts.ts';
import type { Box, Path } from '../raster/geometry.ts';
import { fillPaths, parseRgb } from '../raster/pixels.ts';
import type { FontWeight } from './font-family.ts';
import { flattenGlyph } from './glyph-outlines.ts';
import type { TextOutline, Typesetter } from './typesetter.ts';

/** A line of text in px of its box, standing on the baseline `y`. */
export interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  /** @default 400 */
  readonly weight?: FontWeight;
  /** @default 'start' */
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Digits of one width. @default false */
  readonly tabular?: boolean;
}

/** Where a line of text ended up, px of the drawing: advance width, cap height and descent. */
export interface TextBox {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** px per em */
  readonly size: number;
  /** Characters drawn as boxes because no bundled font has them. */
  readonly missing: number;
}

/** A line of text as its glyphs' paths; it starts on the baseline at (x, y) px of the frame. */
export interface TypesetText {
  readonly paths: readonly Path[];
  readonly x: number;
  readonly y: number;
  /** `#rrggbb` */
  readonly fill: string;
  readonly box: TextBox;
}

/** Height of Inter's capitals, em. */
export const CAP_HEIGHT = 0.727;
const DESCENT = 0.21;

/** Typesets texts whose places are px of `box`; a text of nothing gives nothing. */
export function typeset(box: Box, texts: readonly PlacedText[], typesetter: Typesetter): TypesetText[] {
  return texts
    .filter(({ text }) => text !== '')
    .map(({ text, size, weight = 400, tabular = false, anchor = 'start', fill, ...at }) => {
      const outline = typesetter.layOut(text, { size, weight, tabular });
      const x = box.x + at.x - anchorShare(anchor) * outline.width;
      const y = box.y + at.y;
      return {
        paths: outline.glyphs.map(flattenGlyph),
        x,
        y,
        fill,
        box: boxOfLine(text, size, outline, x, y),
      };
    });
}

/** Fills texts; what lies outside the picture is left out. */
export function drawTexts(picture: RgbImage, texts: readonly TypesetText[]): void {
  for (const { paths, x, y, fill } of texts) fillPaths(picture, paths, parseRgb(fill), x, y);
}

/** The box of a line whose baseline starts at (x, y). */
export function boxOfLine(text: string, size: number, outline: TextOutline, x: number, y: number): TextBox {
  const { width, missing } = outline;
  const height = (CAP_HEIGHT + DESCENT) * size;
  return { text, x, y: y - CAP_HEIGHT * size, width, height, size, missing };
}

/** The share of a line's width that lies left of where it is anchored, by SVG's `text-anchor`. */
export function anchorShare(anchor: string): number {
  return anchor === 'end' ? 1 : anchor === 'middle' ? 0.5 : 0;
}
