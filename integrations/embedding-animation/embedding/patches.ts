/** How an image is cut into patches. */
import type { Size } from './preprocessing/processor-config.ts';
import type { Tower } from './vision-transformer.ts';

/** Whole patches down and across; px that are left over at the bottom and on the right are not seen. */
export function countPatches(image: Size, patch: Size): Size {
  return {
    height: Math.floor(image.height / patch.height),
    width: Math.floor(image.width / patch.width),
  };
}

/** Tokens of an image before those of its patches: leading ones and registers. */
export function countFrontTokens({ leading, registers }: Pick<Tower, 'leading' | 'registers'>): number {
  return leading.length + (registers?.shape[1] ?? 0);
}

/** Tokens of one image of `imageSize` px: leading tokens, registers and patches. */
export function countTokens(tower: Tower, imageSize: Size): number {
  const { height, width } = countPatches(imageSize, tower.patchSize);
  return countFrontTokens(tower) + height * width;
}
