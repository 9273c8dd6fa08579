import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import {
  frameDataSchema,
  manifestSchema,
} from '../../integrations/embedding-animation/artifacts/manifest.ts';
import { makeRun } from '../helpers/make-run.ts';
import { buildSite, hashFiles, makeSite } from '../helpers/make-site.ts';
import { countMade } from '../helpers/stored-results.ts';

const EMITTED = 'dist/embedding-animation/tiny';

async function makeTinySite(config = ''): Promise<string> {
  const site = await makeSite('tiny', config);
  await makeRun(join(site, 'content/runs/tiny'));
  return site;
}

describe('astro build', () => {
  it('emits pictures, GIF and JSON of a run, and a page that shows them below the base', async () => {
    const site = await makeTinySite();
    const { exitCode, output } = await buildSite(site);
    expect(exitCode, output).toBe(0);
    expect(Object.keys(await hashFiles(join(site, EMITTED)))).toEqual([
      'animation.gif',
      'animation.json',
      'animation.portrait.gif',
      'animation.schema.json',
      'frame.schema.json',
      'frames/step-000000.json',
      'frames/step-000000.png',
      'frames/step-000000.portrait.png',
      'frames/step-000002.json',
      'frames/step-000002.png',
      'frames/step-000002.portrait.png',
      'frames/step-000010.json',
      'frames/step-000010.png',
      'frames/step-000010.portrait.png',
    ]);
    const page = await readFile(join(site, 'dist/index.html'), 'utf8');
    expect(page).toMatch(/src="\/blog\/embedding-animation\/tiny\/frames\/step-000010\.png\?v=[0-9a-f]{8}"/);
    expect(page).toMatch(/href="\/blog\/embedding-animation\/tiny\/animation\.gif\?v=[0-9a-f]{8}"/);
    expect(page.replaceAll(/\s+/g, ' ')).toContain('tiny/checkpoint-10 2 ');
    expect(page).not.toContain(site);
  });

  it('describes the run in JSON that follows its schema and holds no path of the machine', async () => {
    const site = await makeTinySite();
    await buildSite(site);
    const text = await readFile(join(site, EMITTED, 'animation.json'), 'utf8');
    const manifest = manifestSchema.parse(JSON.parse(text));
    expect(manifest.frames.map(({ step }) => step)).toEqual([0, 2, 10]);
    expect(manifest.images.names).toHaveLength(12);
    expect(manifest.frames.at(-1)?.disparity).toBeCloseTo(0, 10);
    expect(manifest.frames[0]?.outliers).toHaveLength(10);
    expect(text).not.toContain(site);
    for (const { step, data, outliers } of manifest.frames) {
      const frame = frameDataSchema.parse(JSON.parse(await readFile(join(site, EMITTED, data), 'utf8')));
      expect(frame.step).toBe(step);
      for (const column of [frame.x, frame.y, frame.scores]) expect(column).toHaveLength(12);
      for (const { index, score } of outliers) expect(frame.scores[index]).toBe(score);
    }
  });

  it('embeds nothing the second time and emits the same bytes', async () => {
    const site = await makeTinySite();
    await buildSite(site);
    const first = await hashFiles(join(site, 'dist'));
    expect(await countMade(site, () => buildSite(site))).toEqual({});
    expect(await hashFiles(join(site, 'dist'))).toEqual(first);
  });

  it('emits the same bytes from an empty cache', async () => {
    const site = await makeTinySite();
    await buildSite(site);
    const first = await hashFiles(join(site, 'dist'));
    await rm(join(site, 'cache'), { recursive: true });
    await buildSite(site);
    expect(await hashFiles(join(site, 'dist'))).toEqual(first);
  });

  it('draws anew and embeds nothing when only colours change or the run is renamed', async () => {
    const site = await makeTinySite();
    await buildSite(site);
    await appendFile(join(site, 'content/runs/tiny/run.yaml'), 'animation:\n  theme: dark\n');
    const made = await countMade(site, () => buildSite(site));
    expect(made).toMatchObject({ frames: 6, animations: 2 });
    expect(made).not.toHaveProperty('embeddings');
    await rename(join(site, 'content/runs/tiny'), join(site, 'content/runs/renamed'));
    await writeFile(
      join(site, 'src/pages/index.astro'),
      (await readFile(join(site, 'src/pages/index.astro'), 'utf8')).replace('"tiny"', '"renamed"'),
    );
    const madeForName = await countMade(site, async () => {
      const { exitCode, output } = await buildSite(site);
      expect(exitCode, output).toBe(0);
    });
    expect(madeForName).toHaveProperty('rendered');
    expect(madeForName).not.toHaveProperty('embeddings');
  });

  it('embeds only a checkpoint that is new', async () => {
    const site = await makeTinySite();
    await buildSite(site);
    await makeRun(join(site, 'content/runs/tiny'), { steps: [0, 2, 5, 10] });
    expect(await countMade(site, () => buildSite(site))).toMatchObject({ embeddings: 1 });
  });

  it('stores embeddings beside the checkpoints when asked', async () => {
    const site = await makeTinySite();
    await appendFile(join(site, 'content/runs/tiny/run.yaml'), 'storeEmbeddings: true\n');
    await buildSite(site);
    const stored = await readFile(join(site, 'content/runs/tiny/checkpoint-2/embedding.safetensors'));
    expect(stored.toString('latin1')).toContain('"shape":[12,16]');
    // What is stored is a result, not a part of the checkpoint.
    expect(await countMade(site, () => buildSite(site))).toEqual({});
  });

  it('says of each run what was done and what was there, and of a run that has not changed a line', async () => {
    const site = await makeTinySite();
    const first = await buildSite(site);
    expect(first.output).toContain('tiny: embedded 12 images with 3 checkpoints, 0 from the cache');
    expect(first.output).toContain('tiny: drew 3 frames in 2 variants, 0 from the cache');
    expect((await buildSite(site)).output).toContain('tiny: unchanged, 3 frames from the cache');
  });

  it('shows odd class names and file names as text', async () => {
    const site = await makeSite();
    const classNames = ['<b>bold & "co"', "o'neil\u2019s", 'חתול', 'قط', '😀 smile'];
    await makeRun(join(site, 'content/runs/tiny'), { classNames, imagesPerClass: 3 });
    await writeFile(
      join(site, 'content/runs/tiny/run.yaml'),
      'title: "\\">\\u0027<script>alert(1)</script> & co"\ndataset: { type: image-folder, path: images }\n',
    );
    const { exitCode, output } = await buildSite(site);
    expect(exitCode, output).toBe(0);
    const { document } = parseHTML(await readFile(join(site, 'dist/index.html'), 'utf8'));
    expect(document.querySelector('.ea-title')?.textContent).toBe('">\'<script>alert(1)</script> & co.');
    for (const script of document.querySelectorAll('script'))
      expect(script.textContent).not.toContain('alert');
  });
});
