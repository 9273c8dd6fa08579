import { expect, it } from 'vitest';
import { joinThumbnails } from '../../../integrations/embedding-animation/packed/thumbnails.ts';

it('a sprite holds more thumbnails than a function takes arguments', () => {
  const image = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) };
  const { picture } = joinThumbnails(Array.from({ length: 200_000 }, (_, index) => ({ index, image })));
  expect(picture.width).toBe(448);
});
