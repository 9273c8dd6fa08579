/** The process that draws somebody else's SVGs, one after the other: what takes too long there can be ended. */
import { EmbeddingAnimationError } from '../errors.ts';
import { serveEndable } from '../threads/endable-process.ts';
import { rasterizeSvg, type DrawingResult, type DrawingTask } from './svg.ts';

serveEndable(async ({ svg, options }: DrawingTask): Promise<DrawingResult> => {
  try {
    return { image: await rasterizeSvg(svg, options) };
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) return { refused: error.toTransferable() };
    throw error;
  }
});
