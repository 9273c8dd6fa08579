import { describe, expect, it } from 'vitest';
import { openModel } from '../../../integrations/embedding-animation/embedding/index.ts';
import { goldenPath } from '../../helpers/embedding.ts';

describe('chooseBatch', () => {
  it('takes fewer images at once the more tokens an image has', async () => {
    const { encoder } = await openModel(goldenPath('architectures/dinov2'), {}); // patches of 4×4 px, one CLS token
    const sides = [16, 64, 56, 112, 224, 518];
    const batches = sides.map((side) => encoder.chooseBatch({ height: side, width: side }));
    expect(batches).toEqual([16, 4, 4, 1, 1, 1]);
  });
});
