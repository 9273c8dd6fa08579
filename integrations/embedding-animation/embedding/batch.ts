/** How many images go through a graph at once. */
import { countTokens } from './patches.ts';
import type { Size } from './processor.ts';
import type { Tower } from './tower.ts';

/** Chooses it by the model and the size of its images alone, so that bytes depend on nothing else. */
export function chooseBatch(tower: Tower, imageSize: Size): number {
  return countTokens(tower, imageSize) > 0 ? 8 : 1;
}
