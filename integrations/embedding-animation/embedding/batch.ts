/** How many images go through a graph at once. */
import { countTokens } from './patches.ts';
import type { Size } from './preprocessing/processor-config.ts';
import type { Tower } from './vision-transformer.ts';

/**
 * Rows of the matrix products. Products of so many rows are as fast as any, and what lies between them stays in the
 * processor's cache (measured: ViT-base at 4 images, ViTs of a few layers at 8 to 16).
 */
const MAX_ROWS = 1100;
const MAX_BATCH = 16;

/** A power of two, chosen by the model and the size of its images alone, so that bytes depend on nothing else. */
export function chooseBatch(tower: Tower, imageSize: Size): number {
  const tokens = countTokens(tower, imageSize);
  let batch = 1;
  while (2 * batch * tokens <= MAX_ROWS && batch < MAX_BATCH) batch *= 2;
  return batch;
}
