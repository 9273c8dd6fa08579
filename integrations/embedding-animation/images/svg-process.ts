/** The process that draws somebody else's SVGs, one after the other: what takes too long there can be ended. */
import type { RgbImage } from '../contracts.ts';
import { serveEndable } from '../threads/endable-process.ts';
import { EmbeddingAnimationError, type TransferableError } from '../errors.ts';
import { rasterizeSvg, type RasterizeOptions } from './svg.ts';

/** A drawing to be made. */
export interface DrawingTask {
  readonly svg: string;
  readonly options: RasterizeOptions;
}

/** What came of it. */
export type DrawingAnswer = { readonly image: RgbImage } | { readonly refused: TransferableError };

serveEndable(async ({ svg, options }: DrawingTask): Promise<DrawingAnswer> => {
  try {
    return { image: await rasterizeSvg(svg, options) };
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) return { refused: error.toTransferable() };
    throw error;
  }
});
