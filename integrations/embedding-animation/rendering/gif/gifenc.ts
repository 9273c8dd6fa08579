/** The part of gifenc 1.0.3 that is used. The package ships no types. */
import { createRequire } from 'node:module';
import type { Rgb } from '../raster/pixels.ts';

/** A colour table: `[red, green, blue]` of each entry. */
export type ColourTable = readonly Rgb[];

interface FrameOptions {
  /** Writes size, colour table and the loop first; the table serves all frames that have none. */
  readonly first: boolean;
  readonly palette: ColourTable | undefined;
  readonly transparent: boolean;
  readonly transparentIndex: number;
  /** The disposal method: 1 leaves the frame where it is. */
  readonly dispose: number;
  /** ms; rounded to 10 ms. */
  readonly delay: number;
}

/** Appends to a buffer of its own. */
export interface GifEncoder {
  writeHeader(): void;
  /** Writes a frame at (0, 0). @param indices row-major */
  writeFrame(indices: Uint8Array, width: number, height: number, options: FrameOptions): void;
  bytes(): Uint8Array<ArrayBuffer>;
  /** What is written so far; a view, valid until more is written. */
  bytesView(): Uint8Array;
}

interface Gifenc {
  readonly GIFEncoder: (options: { readonly auto: false }) => GifEncoder;
  /** At most `most` colours that stand for those of some pixels, by pairwise nearest neighbours. */
  readonly quantize: (rgba: Uint8Array, most: number, options: { readonly format: 'rgb444' }) => Rgb[];
  /** The first of the nearest, by squared distance. */
  readonly nearestColorIndex: (colours: ColourTable, colour: Rgb) => number;
}

// Node, bundlers and test runners differ in what an `import` of this CommonJS module gives; `require` is the same in all.
const require = createRequire(import.meta.url); // by this name, so that the import rules see what is required
export const { GIFEncoder, quantize, nearestColorIndex } = require('gifenc') as Gifenc; // no types
