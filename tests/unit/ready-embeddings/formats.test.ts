import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import { openReadyEmbeddings } from '../../../integrations/embedding-animation/ready-embeddings/index.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** The matrix of tests/golden/make-ready-embeddings.py. */
const ROWS = 6;
const COLS = 5;
const MATRIX = Float32Array.from({ length: ROWS * COLS }, (_, i) => i * 0.375 - 4);

const place = { run: 'emoji', step: 40 };
const golden = (name: string) =>
  fileURLToPath(new URL(`../../golden/ready-embeddings/${name}`, import.meta.url));

/** The golden file under the name that a checkpoint would have it. */
async function asCheckpointFile(name: string): Promise<string> {
  const path = join(await makeTemporaryFolder(), `embedding${extname(name)}`);
  await copyFile(golden(name), path);
  return path;
}

async function read(name: string): Promise<Embeddings> {
  return (await openReadyEmbeddings(golden(name), place)).read();
}

async function expectRefusal(path: string, problem: string, name = 'EmbeddingsInvalid'): Promise<void> {
  const work = openReadyEmbeddings(path, place).then((ready) => ready.read());
  await expect(work).rejects.toMatchObject({
    name,
    problem: expect.stringContaining(problem) as string,
    place: { ...place, file: `embedding${extname(path)}` },
  });
}

describe('openReadyEmbeddings', () => {
  const npy = ['little', 'big'].flatMap((endian) =>
    ['f2', 'f4', 'f8'].flatMap((type) => ['c', 'f'].map((order) => `${endian}-${type}-${order}.npy`)),
  );
  it.each([
    ...npy,
    ...['version-1.npy', 'version-2.npy', 'version-3.npy'],
    ...['f16', 'bf16', 'f32', 'f64', 'plural', 'only-matrix'].map((name) => `${name}.safetensors`),
    ...['list-f16', 'list-f32', 'list-f64', 'fixed-f32', 'wide'].map((name) => `${name}.parquet`),
  ])('reads the matrix of %s as float32', async (name) => {
    expect(await read(name)).toEqual({ rows: ROWS, cols: COLS, data: MATRIX });
  });

  it.each(['little-f8-c.npy', 'f16.safetensors', 'list-f64.parquet', 'wide.parquet'])(
    'knows the shape of %s before it reads the values',
    async (name) => {
      expect(await openReadyEmbeddings(golden(name), place)).toMatchObject({ rows: ROWS, cols: COLS });
    },
  );

  it.each([
    ['objects.npy', 'pickled Python objects'],
    ['integers.npy', 'numbers of the type "<i8"'],
    ['complex.npy', 'numbers of the type "<c16"'],
    ['vector.npy', 'the shape (5)'],
    ['cube.npy', 'the shape (1, 6, 5)'],
    ['empty.npy', 'holds no number: its shape is [0, 5]'],
    ['columns.npy', 'named columns'],
    ['columns-version-3.npy', 'named columns'],
    ['two-matrices.safetensors', 'not exactly one matrix; its tensors: a, b'],
    ['vector.safetensors', 'the tensor "embedding" has the shape [3]'],
    ['integers.safetensors', 'stored as I32'],
    ['ragged.parquet', 'row 5 of the column "embedding" has 1 numbers, and row 0 has 5'],
    ['hole.parquet', 'row 5 of the column "embedding" holds nothing'],
    ['missing-row.parquet', 'row 5 of the column "embedding" is not a list'],
    ['words.parquet', 'row 0 of the column "embedding" holds something else'],
    ['labels.parquet', 'its columns: label, name'],
  ])('refuses %s', async (name, problem) => {
    await expectRefusal(await asCheckpointFile(name), problem);
  });

  it.each([
    ['little-f4-c.npy', -1, 'is cut off: it has 247 bytes of 248'],
    ['little-f4-c.npy', 20, 'cut off in its header'],
    ['little-f4-c.npy', 7, 'not a file that numpy.save wrote'],
    ['wide.parquet', -5, 'can not be read as Parquet'],
    ['wide.parquet', 0, 'can not be read as Parquet'],
  ])('refuses %s cut to %i bytes', async (name, end, problem) => {
    const path = await asCheckpointFile(name);
    await writeFile(path, (await readFile(path)).subarray(0, end));
    await expectRefusal(path, problem);
  });

  it('refuses a .npy file with bytes after its matrix', async () => {
    const path = await asCheckpointFile('little-f4-c.npy');
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(3)]));
    await expectRefusal(path, 'has 3 bytes after its matrix');
  });

  it.each([
    [4, 'of the unknown version 4'],
    [0, 'of the unknown version 0'],
  ])('refuses version %i of .npy', async (version, problem) => {
    const path = await asCheckpointFile('little-f4-c.npy');
    const bytes = await readFile(path);
    bytes[6] = version;
    await writeFile(path, bytes);
    await expectRefusal(path, problem);
  });

  it.each([
    ['.npy', 'EmbeddingsInvalid'],
    ['.parquet', 'EmbeddingsInvalid'],
    ['.safetensors', 'SafetensorsInvalid'],
  ])('says how to fetch a %s file of which only the Git LFS pointer is there', async (extension, name) => {
    const path = join(await makeTemporaryFolder(), `embedding${extension}`);
    await writeFile(
      path,
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 30720128\n`,
    );
    await expectRefusal(path, 'Git LFS pointer', name);
  });

  it.each([
    ['.npy', 'EmbeddingsInvalid'],
    ['.parquet', 'EmbeddingsInvalid'],
    ['.safetensors', 'SafetensorsInvalid'],
  ])('says that a %s file can not be read', async (extension, name) => {
    await expectRefusal(join(await makeTemporaryFolder(), `embedding${extension}`), 'can not be read', name);
  });

  it('rounds float64 to the nearest float32, beyond its range to infinity', async () => {
    const path = join(await makeTemporaryFolder(), 'embedding.npy');
    const bytes = await readFile(golden('little-f8-c.npy'));
    const data = bytes.length - ROWS * COLS * 8;
    bytes.writeDoubleLE(0.1, data);
    bytes.writeDoubleLE(-1e300, data + 8);
    bytes.writeDoubleLE(NaN, data + 16);
    await writeFile(path, bytes);
    const { data: values } = await (await openReadyEmbeddings(path, place)).read();
    expect([...values.subarray(0, 3)]).toEqual([Math.fround(0.1), -Infinity, NaN]);
  });
});
