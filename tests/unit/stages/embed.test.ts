import { execFile } from 'node:child_process';
import { appendFile, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import { writeEmbeddings } from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import { embedCheckpoints } from '../../../integrations/embedding-animation/stages/embed.ts';
import { openContext, openCountedRun } from '../../helpers/embed-run.ts';
import { makeRun, type RunFixture } from '../../helpers/make-run.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const IMAGES = 12;
const WIDTH = 16;

const helper = (name: string) => fileURLToPath(new URL(`../../helpers/${name}`, import.meta.url));
const golden = (name: string) => fileURLToPath(new URL(`../../golden/onnx-exports/${name}`, import.meta.url));

async function makeTemporaryRun(fixture?: RunFixture, extraYaml = ''): Promise<string> {
  const folder = join(await makeTemporaryFolder(), 'tiny');
  await makeRun(folder, fixture);
  await appendFile(join(folder, 'run.yaml'), extraYaml);
  return folder;
}

/** Runs the stage as a build does, with `folder`'s cache. */
async function embedRun(folder: string): Promise<{
  readonly embeddings: readonly Embeddings[];
  readonly decoded: number;
  readonly lines: readonly string[];
}> {
  const context = openContext(`${folder}-cache`);
  const { source, decoded } = await openCountedRun(folder);
  const embedded = await embedCheckpoints(source, context);
  const embeddings: Embeddings[] = [];
  for (const { load } of embedded) embeddings.push(await load());
  return { embeddings, decoded: decoded(), lines: context.lines };
}

/** A matrix that differs from row to row and from step to step. */
function matrixFor(step: number, rows = IMAGES): Embeddings {
  const data = Float32Array.from({ length: rows * WIDTH }, (_, i) => Math.fround(Math.sin(i * (step + 1))));
  return { rows, cols: WIDTH, data };
}

/** Takes weights and config away and leaves a matrix beside each checkpoint. */
async function leaveReadyEmbeddings(
  folder: string,
  steps: readonly number[],
  matrix: (step: number) => Embeddings = matrixFor,
): Promise<void> {
  for (const step of steps) {
    const checkpoint = join(folder, `checkpoint-${step}`);
    for (const name of await readdir(checkpoint)) await rm(join(checkpoint, name));
    await writeEmbeddings(join(checkpoint, 'embedding.safetensors'), matrix(step));
  }
}

describe('embedCheckpoints', () => {
  it('embeds all images with all checkpoints, and the second time decodes none', async () => {
    const folder = await makeTemporaryRun();
    const first = await embedRun(folder);
    expect(first.embeddings.map(({ rows, cols }) => [rows, cols])).toEqual(Array(3).fill([IMAGES, WIDTH]));
    const again = await embedRun(folder);
    expect(again.embeddings).toEqual(first.embeddings);
    expect(again.decoded).toBe(0);
    expect(again.lines).toEqual(['tiny: embedded 12 images with 0 checkpoints, 3 from the cache (0.0 s)']);
  });

  it('embeds with a new checkpoint alone, from pixels that are there', async () => {
    const folder = await makeTemporaryRun({ steps: [0, 2] });
    await embedRun(folder);
    await makeRun(folder, { steps: [0, 2, 10] });
    const { decoded, lines } = await embedRun(folder);
    expect(decoded).toBe(0);
    expect(lines).toEqual(['tiny: embedded 12 images with 1 checkpoints, 2 from the cache (0.0 s)']);
  });

  it('makes an entry again that was damaged after it was looked for', async () => {
    const folder = await makeTemporaryRun({ steps: [0] });
    const { embeddings } = await embedRun(folder);
    const kind = join(`${folder}-cache`, 'cache', 'embeddings');
    const [entry = ''] = await readdir(kind);
    const bytes = await readFile(join(kind, entry));
    bytes[bytes.length - 1]! ^= 255;
    await writeFile(join(kind, entry), bytes);
    const again = await embedRun(folder);
    expect(again.embeddings).toEqual(embeddings);
    expect(again.lines).toContain('A cached result (embeddings) is damaged; it is made again.');
  });

  it('reads ready embeddings where they lie, without config.json or a cache', async () => {
    const folder = await makeTemporaryRun({ steps: [0, 2] });
    await leaveReadyEmbeddings(folder, [0, 2]);
    const { embeddings, decoded, lines } = await embedRun(folder);
    expect(embeddings).toEqual([matrixFor(0), matrixFor(2)]);
    expect(decoded).toBe(0);
    expect(lines.join()).toContain('2 with ready embeddings');
    await expect(readdir(`${folder}-cache`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('needs neither onnxruntime nor transformers.js for ready embeddings', async () => {
    const folder = await makeTemporaryRun({ steps: [0, 2] });
    const alone = (path: string) =>
      promisify(execFile)(process.execPath, ['--import', helper('without-models.mjs'), path, folder]);
    await expect(alone(helper('embed-run-alone.ts'))).rejects.toMatchObject({
      stderr: expect.stringContaining('onnxruntime-node is not installed here') as string, // with weights it does
    });
    await leaveReadyEmbeddings(folder, [0, 2]);
    const { stdout, stderr } = await alone(helper('embed-run-alone.ts'));
    expect({ stdout, stderr }).toEqual({ stdout: '12x16\n12x16\n', stderr: '' });
  });

  it('embeds with an ONNX export where there is one and no weights', async () => {
    const folder = await makeTemporaryRun({ steps: [0] });
    const checkpoint = join(folder, 'checkpoint-0');
    await rm(checkpoint, { recursive: true });
    await cp(golden('vit'), checkpoint, { recursive: true });
    const first = await embedRun(folder);
    expect(first.embeddings).toMatchObject([{ rows: IMAGES, cols: WIDTH }]);
    const again = await embedRun(folder);
    expect(again.embeddings).toEqual(first.embeddings);
    expect(again.lines.join()).toContain('with 0 checkpoints, 1 from the cache');
    await appendFile(join(folder, 'run.yaml'), 'embedding:\n  dtype: fp16\n');
    expect((await embedRun(folder)).lines.join()).toContain('with 1 checkpoints, 0 from the cache');
  });

  it('refuses ready embeddings of another number of images', async () => {
    const folder = await makeTemporaryRun({ steps: [0] });
    await leaveReadyEmbeddings(folder, [0], () => matrixFor(0, 5));
    await expect(embedRun(folder)).rejects.toMatchObject({
      name: 'EmbeddingsInvalid',
      message:
        'run "tiny", step 0, embedding.safetensors: holds 5 embeddings, and the evaluation set has 12 images',
    });
  });

  it('names the image whose ready embedding is not a number', async () => {
    const folder = await makeTemporaryRun({ steps: [0] });
    await leaveReadyEmbeddings(folder, [0], (step) => {
      const matrix = matrixFor(step);
      matrix.data[7 * WIDTH + 3] = NaN;
      return matrix;
    });
    await expect(embedRun(folder)).rejects.toMatchObject({
      name: 'EmbeddingsNotFinite',
      message: expect.stringMatching(/step 0, embedding.safetensors: .*image 7, "dogs\/1.png"/) as string,
    });
  });

  it('takes stored embeddings in place of weights where run.yaml says so', async () => {
    const folder = await makeTemporaryRun({ steps: [0] }, 'embedding:\n  from: stored\n');
    await writeEmbeddings(join(folder, 'checkpoint-0', 'embedding.safetensors'), matrixFor(9));
    expect((await embedRun(folder)).embeddings).toEqual([matrixFor(9)]);
  });

  it('keeps embeddings apart that were pooled differently', async () => {
    const folder = await makeTemporaryRun({ steps: [0] });
    const cls = await embedRun(folder);
    await appendFile(join(folder, 'run.yaml'), 'embedding:\n  pooling: mean\n');
    const mean = await embedRun(folder);
    expect(mean.lines.join()).toContain('with 1 checkpoints, 0 from the cache');
    expect(mean.embeddings[0]!.data).not.toEqual(cls.embeddings[0]!.data);
  });

  it('refuses a dtype that weights can not be computed with', async () => {
    const folder = await makeTemporaryRun({ steps: [4] }, 'embedding:\n  dtype: fp16\n');
    await expect(embedRun(folder)).rejects.toMatchObject({
      name: 'DtypeUnavailable',
      place: { run: 'tiny', step: 4 },
    });
  });
});

describe('storeEmbeddings', () => {
  const stored = (folder: string) => join(folder, 'checkpoint-0', 'embedding.safetensors');

  it('writes the embeddings beside each checkpoint once, which changes neither form nor digest', async () => {
    const folder = await makeTemporaryRun({ steps: [0] }, 'storeEmbeddings: true\n');
    const before = (await openCountedRun(folder)).source.trainer.checkpoints;
    await embedRun(folder);
    const written = await stat(stored(folder));
    const again = await embedRun(folder);
    expect((await stat(stored(folder))).mtimeMs).toBe(written.mtimeMs);
    expect(again.lines).toEqual(['tiny: embedded 12 images with 0 checkpoints, 1 from the cache (0.0 s)']);
    expect((await openCountedRun(folder)).source.trainer.checkpoints).toEqual(before);
  });

  it('stores what can stand in for the weights', async () => {
    const folder = await makeTemporaryRun({ steps: [0] }, 'storeEmbeddings: true\n');
    const { embeddings } = await embedRun(folder);
    await rm(join(folder, 'checkpoint-0', 'model.safetensors'));
    expect((await embedRun(folder)).embeddings).toEqual(embeddings);
  });

  it('replaces a file that is damaged, or of other embeddings', async () => {
    const folder = await makeTemporaryRun({ steps: [0] }, 'storeEmbeddings: true\n');
    await embedRun(folder);
    const right = await readFile(stored(folder));
    await writeFile(stored(folder), right.subarray(0, 50));
    await embedRun(folder);
    expect(await readFile(stored(folder))).toEqual(right);
    await writeEmbeddings(stored(folder), matrixFor(1));
    await embedRun(folder);
    expect(await readFile(stored(folder))).toEqual(right);
  });

  describe('with an unreadable image that is left out', () => {
    const skip = '  onUnreadable: skip\n';

    async function makeDamagedRun(): Promise<string> {
      const folder = await makeTemporaryRun({}, skip);
      await writeFile(join(folder, 'images/cats/2.png'), 'nothing');
      return folder;
    }

    it('embeds the others, in all frames the same', async () => {
      const folder = await makeDamagedRun();
      const { embeddings } = await embedRun(folder);
      expect(embeddings.map(({ rows }) => rows)).toEqual([IMAGES - 1, IMAGES - 1, IMAGES - 1]);
      const whole = await embedRun(await makeTemporaryRun());
      for (const [frame, { data }] of embeddings.entries()) {
        const expected = [...whole.embeddings[frame]!.data];
        expected.splice(2 * WIDTH, WIDTH);
        expect([...data]).toEqual(expected);
      }
    });

    it('leaves its row out of ready embeddings of all images, and takes those of the others as they are', async () => {
      const folder = await makeDamagedRun();
      await leaveReadyEmbeddings(folder, [0, 2, 10], (step) =>
        matrixFor(step, step === 10 ? IMAGES - 1 : IMAGES),
      );
      const { embeddings } = await embedRun(folder);
      const expected = [...matrixFor(2).data];
      expected.splice(2 * WIDTH, WIDTH);
      expect([...embeddings[1]!.data]).toEqual(expected);
      expect(embeddings[2]).toEqual(matrixFor(10, IMAGES - 1));
    });

    it('refuses ready embeddings of another number of images', async () => {
      const folder = await makeDamagedRun();
      await leaveReadyEmbeddings(folder, [0, 2, 10], (step) => matrixFor(step, IMAGES - 2));
      await expect(embedRun(folder)).rejects.toMatchObject({ name: 'EmbeddingsInvalid' });
    });
  });
});
