import { appendFile, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { computeResults } from '../../../integrations/embedding-animation/pipeline.ts';
import { embedCheckpoints } from '../../../integrations/embedding-animation/stages/embed.ts';
import { changeJson, goldenPath, renameTensors } from '../../helpers/embedding.ts';
import { openContext, openCountedRun } from '../../helpers/embed-run.ts';
import { makeRun } from '../../helpers/make-run.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** A run whose checkpoints are copies of stored models, by their steps. */
async function makeModelRun(models: Readonly<Record<number, string>>, yaml = ''): Promise<string> {
  const folder = join(await makeTemporaryFolder(), 'tiny');
  await makeRun(folder, { steps: [1] });
  await rm(join(folder, 'checkpoint-1'), { recursive: true });
  for (const [step, name] of Object.entries(models))
    await cp(goldenPath(name), join(folder, `checkpoint-${step}`), { recursive: true });
  await appendFile(join(folder, 'run.yaml'), `  labels: own\n${yaml}`);
  return folder;
}

const compute = async (folder: string) => {
  const context = openContext(`${folder}-cache`);
  const { source } = await openCountedRun(folder);
  const results = await computeResults(source, context);
  return { results, lines: context.lines };
};

const ADAPTERS = { 0: 'adapters/base-vit', 1: 'adapters/plain', 2: 'adapters/whole-modules' };
const BASE = 'embedding:\n  base: checkpoint-0\n';

describe('a run of adapters', () => {
  it('has its base as the first frame, and frames that differ', async () => {
    const folder = await makeModelRun(ADAPTERS, BASE);
    const { results } = await compute(folder);
    expect(results.frames).toHaveLength(3);
    expect(results.notices).toBeUndefined();
  });

  it('is embedded once', async () => {
    const folder = await makeModelRun(ADAPTERS, BASE);
    await compute(folder);
    const context = openContext(`${folder}-cache`);
    const { source } = await openCountedRun(folder);
    await embedCheckpoints(source, context);
    expect(context.lines.join()).toContain('with 0 checkpoints, 3 from the cache');
  });

  it('shows classifiers of DINOv2 in the width that their heads read', async () => {
    const folder = await makeModelRun({ 0: 'adapters/base-dinov2', 1: 'adapters/dinov2-gated' }, BASE);
    const context = openContext(`${folder}-cache`);
    const { source } = await openCountedRun(folder);
    for (const { load, checkpoint } of await embedCheckpoints(source, context)) {
      expect(checkpoint.embeddingWidth).toBe(48);
      expect(await load()).toMatchObject({ cols: 48 });
    }
  });
});

describe('notices of results', () => {
  it('name checkpoints whose embeddings are those of the one before', async () => {
    const folder = await makeModelRun({ 1: 'models/f32', 2: 'models/f32', 3: 'models/f32' });
    await renameTensors(join(folder, 'checkpoint-2', 'model.safetensors'), (name) =>
      name === 'classifier.bias' ? 'classifier.bias_of_mine' : name,
    );
    const { results, lines } = await compute(folder);
    expect(results.notices).toEqual([
      expect.objectContaining({ name: 'FramesIdentical', count: 2, items: ['step 2', 'step 3'] }),
    ]);
    expect(lines.join('\n')).toContain('bit for bit: step 2, step 3');
  });

  it('name tensors beside the model, and positions that are interpolated', async () => {
    const folder = await makeModelRun({ 1: 'models/f32' });
    const checkpoint = join(folder, 'checkpoint-1');
    await renameTensors(join(checkpoint, 'model.safetensors'), (name) => name.replace('classifier', 'neck'));
    await changeJson(join(checkpoint, 'preprocessor_config.json'), { size: { height: 24, width: 24 } });
    const { results } = await compute(folder);
    expect(results.notices).toEqual([
      expect.objectContaining({ name: 'TensorsNotRead', items: ['neck.bias', 'neck.weight'] }),
      expect.objectContaining({
        name: 'PositionsInterpolated',
        text: expect.stringContaining('24×24 px') as string,
      }),
    ]);
  });
});
