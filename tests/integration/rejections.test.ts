/** Whatever is wrong with a run's files: an error of the catalogue comes out, and nothing is thrown where nobody waits. */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { failureSchema } from '../../integrations/embedding-animation/cli/results.ts';
import { errorCatalogue } from '../../integrations/embedding-animation/error-catalogue/index.ts';
import { makeRun, seededRandom } from '../helpers/make-run.ts';
import { plainPng } from '../helpers/png.ts';
import { runCommand } from '../helpers/run-command.ts';
import { makeTemporaryFolder } from '../helpers/temporary-folder.ts';

const NOTE_REJECTIONS = pathToFileURL(
  fileURLToPath(new URL('../helpers/note-rejections.mjs', import.meta.url)),
).href;
const EXPORT = fileURLToPath(new URL('../golden/onnx-exports/vit', import.meta.url));
const COLUMNS = 8;
const ROWS = 12;

/** A Parquet file of images; only its footer says what lies where. */
function parquetOfImages(): Buffer {
  const images = Array.from({ length: ROWS }, (_, row) => new Uint8Array(plainPng(8, [row * 20, 90, 200])));
  const labels = Array.from({ length: ROWS }, (_, row) => (row % 2 === 0 ? 'cats' : 'dogs'));
  const columnData = [
    { name: 'image', data: images, type: 'BYTE_ARRAY' as const },
    { name: 'label', data: labels, type: 'STRING' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 3 }));
}

function parquetOfEmbeddings(): Buffer {
  const random = seededRandom(3);
  const data = Array.from({ length: ROWS }, () => Array.from({ length: COLUMNS }, () => random()));
  return Buffer.from(
    parquetWriteBuffer({ columnData: [{ name: 'embedding', data, type: 'JSON' as const }] }),
  );
}

/** Flips bytes in the last `share` of a file, which is where Parquet keeps its counts. */
function damage(bytes: Buffer, seed: number, share: number): Buffer {
  const random = seededRandom(seed);
  const damaged = Buffer.from(bytes);
  const start = Math.floor(damaged.length * (1 - share));
  for (let flip = 0; flip < 3; flip++)
    damaged[start + Math.floor(random() * (damaged.length - 8 - start))] = Math.floor(random() * 256);
  return damaged;
}

async function useParquet(run: string, bytes: Buffer): Promise<void> {
  await writeFile(join(run, 'test.parquet'), bytes);
  await writeFile(join(run, 'run.yaml'), 'dataset:\n  type: parquet\n  path: test.parquet\n');
}

/** A way to spoil a run. */
interface Case {
  readonly title: string;
  /** Whether the run may all the same be fit to be used. */
  readonly mayPass?: boolean;
  readonly spoil: (run: string) => Promise<unknown>;
}

const CASES: readonly Case[] = [
  ...[1, 2, 3, 4].map((seed) => ({
    title: `damaged images in Parquet, seed ${seed}`,
    mayPass: true,
    spoil: (run: string) => useParquet(run, damage(parquetOfImages(), seed, 1)),
  })),
  ...[5, 6, 7, 8].map((seed) => ({
    title: `a Parquet footer whose counts lie, seed ${seed}`,
    mayPass: true,
    spoil: (run: string) => useParquet(run, damage(parquetOfImages(), seed, 0.3)),
  })),
  ...[9, 10].map((seed) => ({
    title: `damaged ready embeddings, seed ${seed}`,
    async spoil(run: string) {
      await rm(join(run, 'checkpoint-2/model.safetensors'));
      const bytes = damage(parquetOfEmbeddings(), seed, 0.5);
      await writeFile(join(run, 'checkpoint-2/embedding.parquet'), bytes);
    },
  })),
  {
    title: 'an export that onnxruntime can not load',
    async spoil(run) {
      for (const step of [0, 2]) {
        await rm(join(run, `checkpoint-${step}`), { recursive: true });
        await cp(EXPORT, join(run, `checkpoint-${step}`), { recursive: true });
      }
      const model = join(run, 'checkpoint-2/onnx/model.onnx');
      const bytes = await readFile(model);
      bytes.fill(0xff, 200, 20_000);
      await writeFile(model, bytes);
    },
  },
  {
    title: 'an image that breaks off, among many that are decoded at once',
    spoil: (run) => truncate(join(run, 'images/dogs/3.png'), 60),
  },
  {
    title: 'an image that is a folder',
    async spoil(run) {
      await rm(join(run, 'images/cats/2.png'));
      await mkdir(join(run, 'images/cats/2.png'));
    },
    mayPass: true, // a folder is no image, and the class has others
  },
  {
    title: 'weights that are no numbers',
    async spoil(run) {
      const file = join(run, 'checkpoint-2/model.safetensors');
      const bytes = await readFile(file);
      const start = 8 + Number(bytes.readBigUInt64LE(0));
      for (let at = start; at + 4 <= bytes.length; at += 4) bytes.writeFloatLE(NaN, at);
      await writeFile(file, bytes);
    },
  },
];

describe('a spoilt run', () => {
  it.each(CASES)('with $title comes to an error of the catalogue', async ({ spoil, mayPass = false }) => {
    const cwd = await makeTemporaryFolder();
    await makeRun(join(cwd, 'tiny'), { steps: [0, 2] });
    await spoil(join(cwd, 'tiny'));
    const rejections = join(cwd, 'rejections.txt');
    const env = { NODE_OPTIONS: `--import=${NOTE_REJECTIONS}`, REJECTIONS_FILE: rejections };
    const args = ['render', 'tiny', '--out', 'out', '--cache', 'cache', '--json'];
    const { exitCode, signal, stdout, stderr } = await runCommand(args, { cwd, env });
    expect(signal).toBeNull();
    expect(existsSync(rejections) ? await readFile(rejections, 'utf8') : '').toBe('');
    if (mayPass && exitCode === 0) return;
    expect(exitCode, stderr).toBe(1);
    const { error } = failureSchema.parse(JSON.parse(stdout));
    expect(Object.keys(errorCatalogue)).toContain(error.name);
    expect(error.name).not.toBe('Unforeseen');
    expect(error.hint).not.toBe('');
  });
});
