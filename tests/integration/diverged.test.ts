import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestSchema } from '../../integrations/embedding-animation/artifacts/manifest.ts';
import { decodePng } from '../../integrations/embedding-animation/images/index.ts';
import { decodeGif } from '../helpers/decode-gif.ts';
import { makeProject, openProject } from '../helpers/project.ts';

/** Steps of the checkpoints. */
const STEPS = [0, 2, 10];

/** A project whose training has these losses, as Python writes them, from step 1 on. */
async function makeDiverged(losses: readonly string[]): Promise<{ root: string; run: string }> {
  const root = await makeProject();
  const run = join(root, 'content/runs/tiny');
  const rows = losses.map((loss, i) => `{"step": ${i + 1}, "epoch": ${(i + 1) / 5}, "loss": ${loss}}`);
  const evaluations = STEPS.map(
    (step) => `{"step": ${step}, "epoch": ${step / 5}, "eval_loss": NaN, "eval_accuracy": {"accuracy": 0.5}}`,
  );
  await writeFile(join(run, 'trainer_state.json'), `{"log_history": [${[...rows, ...evaluations].join()}]}`);
  await rm(join(run, 'log.csv'));
  return { root, run };
}

async function readFiles(root: string) {
  const { engine, warnings } = openProject(root, { animation: { width: 480, height: 400, portrait: false } });
  await engine.renderAll();
  const { folder = '' } = (await engine.published()).get('tiny') ?? {};
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'animation.json'), 'utf8')));
  const gif = await decodeGif(await readFile(join(folder, 'animation.gif')));
  const pictures = await Promise.all(
    manifest.frames.map(async ({ picture }) => decodePng(await readFile(join(folder, picture)))),
  );
  const texts = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'));
  const json = await Promise.all(texts.map((name) => readFile(join(folder, name), 'utf8')));
  return { engine, warnings, manifest, gif, pictures, json: json.join('\n') };
}

describe('a training that diverged', () => {
  it('is shown, with a gap where its losses are not finite or beyond float32', async () => {
    const lost = ['NaN', '-Infinity', '1e999', '1.7976931348623157e308', 'null', '"2"', 'NaN'];
    const { root } = await makeDiverged(['2.5', '2', '1.5', ...lost]);
    const { warnings, manifest, gif, pictures, json } = await readFiles(root);
    expect(manifest.losses.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(manifest.lossGaps).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(manifest.frames.map(({ loss }) => loss)).toEqual([undefined, 2, undefined]);
    expect(manifest.frames.map(({ accuracy }) => accuracy)).toEqual([undefined, undefined, undefined]);
    expect(json).not.toMatch(/[:,[]null/);
    expect(pictures).toHaveLength(3);
    expect(gif.pages).toHaveLength(3);
    expect(warnings).toEqual([
      'tiny: 7 losses are left out, since no finite number or too large to draw; the curve is broken there. Steps: 4–10.',
      'tiny: 2 kinds of values of the log can not be used and are left out: eval_accuracy is no finite number (steps 0, 2, 10), eval_loss is no finite number (steps 0, 2, 10).',
    ]);
    expect(manifest.provenance.notices?.map(({ name }) => name)).toEqual([
      'LossesLeftOut',
      'HistoryValuesLeftOut',
    ]);
  });

  it('is shown without a chart where no loss is a number', async () => {
    const { root } = await makeDiverged(new Array<string>(10).fill('NaN'));
    const { manifest, pictures } = await readFiles(root);
    expect([manifest.losses, pictures.length]).toEqual([[], 3]);
  });

  it('is shown with losses as large as float32 holds', async () => {
    const { root } = await makeDiverged([
      '2.5',
      '3.4e38',
      '0',
      '-3.4e38',
      ...new Array<string>(6).fill('1e-45'),
    ]);
    const { manifest, pictures, warnings } = await readFiles(root);
    expect(manifest.losses.map(({ loss }) => loss).slice(0, 5)).toEqual([2.5, 3.4e38, 0, -3.4e38, 1e-45]);
    expect(pictures).toHaveLength(3);
    expect(warnings).toHaveLength(1);
  });
});
