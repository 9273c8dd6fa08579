/** Lines of text, painted straight into the picture: a frame's own are few, and each has its exact place. */
import type { RgbImage } from '../../contracts.ts';
import { parseRgb, stain } from '../raster/pixels.ts';
import type { Shape } from '../raster/coverage.ts';
import { shapeOfGlyph } from './glyphs.ts';
import type { Box } from '../layout.ts';
import { anchorShare, boxOfLine, type TextBox } from './svg-text.ts';
import type { PlacedText } from '../svg-drawing.ts';
import type { Typesetter } from './typesetter.ts';

/** A line of text as its glyphs' shapes; it starts on the baseline at (x, y) px of the frame. */
export interface Line {
  readonly shapes: readonly Shape[];
  readonly x: number;
  readonly y: number;
  /** `#rrggbb` */
  readonly fill: string;
  readonly box: TextBox;
}

/**
 * Sets lines of text whose places are px of `box`; a text of nothing gives no line.
 * @param texts without halos
 */
export function setLines(box: Box, texts: readonly PlacedText[], typesetter: Typesetter): Line[] {
  return texts
    .filter(({ text }) => text !== '')
    .map(({ text, size, weight = 400, tabular = false, anchor = 'start', fill, ...at }) => {
      const outline = typesetter.layOut(text, { size, weight, tabular });
      const x = box.x + at.x - anchorShare(anchor) * outline.width;
      const y = box.y + at.y;
      return {
        shapes: outline.glyphs.map(shapeOfGlyph),
        x,
        y,
        fill,
        box: boxOfLine(text, size, outline, x, y),
      };
    });
}

/** Paints lines; what lies outside the canvas is left out. */
export function paintLines(canvas: RgbImage, lines: readonly Line[]): void {
  for (const { shapes, x, y, fill } of lines) stain(canvas, shapes, parseRgb(fill), x, y);
}
