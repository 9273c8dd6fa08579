import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeStructured } from '../../../bench/inputs/embeddings.ts';
import { readNpy, writeNpy } from '../../../bench/inputs/npy.ts';
import { openCentredRows } from '../../../integrations/embedding-animation/analysis/pca/centred-rows.ts';
import { openLocalExecutor } from '../../../integrations/embedding-animation/analysis/executor.ts';
import { findPrincipalAxes } from '../../../integrations/embedding-animation/analysis/pca/fit-pca.ts';
import { heapArrays } from '../../../integrations/embedding-animation/threads/buffer-pool.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

describe('structured embeddings', () => {
  it('are the same for the same seed and others for another', () => {
    const { data } = makeStructured(20, 12, 1);
    expect(makeStructured(20, 12, 1).data).toEqual(data);
    expect(makeStructured(20, 12, 2).data).not.toEqual(data);
  });

  it('have most of their variance on few axes, none of them a coordinate', async () => {
    const centred = await openCentredRows(makeStructured(1500, 96, 1), openLocalExecutor(), heapArrays);
    const axes = await findPrincipalAxes(centred, 16);
    const share = axes.reduce((sum, { value }) => sum + value, 0) / centred.total;
    expect(share).toBeGreaterThan(0.85);
    expect(share).toBeLessThan(0.97);
    for (const { vector } of axes) expect(Math.max(...vector.map(Math.abs))).toBeLessThan(0.8);
  });
});

describe('a .npy file', () => {
  it('comes back as it was written', async () => {
    const path = join(await makeTemporaryFolder(), 'numbers.npy');
    await writeNpy(path, Float32Array.of(1, -2.5, 0, 4, 5, 6), [2, 3]);
    expect([...(await readNpy(path))]).toEqual([1, -2.5, 0, 4, 5, 6]);
  });
});
