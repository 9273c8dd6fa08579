/**
 * The process that draws somebody else's SVGs, one after the other: what takes too long there can be ended. It goes
 * with the process that started it.
 */
import type { RgbImage } from '../contracts.ts';
import { EmbeddingAnimationError, type TransferableError } from '../errors.ts';
import { rasterizeSvg, type RasterizeOptions } from './svg.ts';

/** A drawing to be made. */
export interface DrawingTask {
  readonly svg: string;
  readonly options: RasterizeOptions;
}

/** What came of it. */
export type DrawingAnswer =
  { readonly image: RgbImage } | { readonly refused: TransferableError } | { readonly failed: string };

async function draw({ svg, options }: DrawingTask): Promise<DrawingAnswer> {
  try {
    return { image: await rasterizeSvg(svg, options) };
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) return { refused: error.toTransferable() };
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (task: DrawingTask) => {
  void draw(task).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL')); // also in the middle of a drawing
