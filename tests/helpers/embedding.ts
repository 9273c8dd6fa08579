/** Inputs and checks that the embedding room's tests share. */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Dataset, Pixels, RgbImage } from '../../integrations/embedding-animation/contracts.ts';

/** Images that tests/golden/make-embedding.py embedded. */
const PIXEL_COUNT = 21;

/** Path below tests/golden/embedding. */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/embedding/${name}`, import.meta.url));
}

/** A JSON file of tests/golden/embedding, with the type that the script wrote. */
export async function readGolden<Content>(name: string): Promise<Content> {
  return JSON.parse(await readFile(goldenPath(name), 'utf8')) as Content; // written by make-embedding.py
}

/** The bytes of tests/golden/noise.py. */
export function noise(count: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, (_, i) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return i % 97 < 12 ? 0 : i % 89 < 9 ? 255 : state >>> 24;
  });
}

/** An image of noise. */
export function noiseImage(width: number, height: number, seed: number): RgbImage {
  return { width, height, data: noise(width * height * 3, seed) };
}

/** sha256 in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A data set of one class over images in memory. */
export function datasetOf(images: readonly RgbImage[]): Dataset {
  return {
    classNames: ['thing'],
    items: images.map((_, i) => ({ name: `image-${i}.png`, label: 0 })),
    digest: '',
    source: 'memory',
    decode: (index) => Promise.resolve(images[index]!),
  };
}

/** The images that the script embedded, planar. */
export function modelPixels(height: number, width: number, count = PIXEL_COUNT): Pixels {
  const interleaved = noise(count * 3 * height * width, 11);
  const data = new Uint8Array(new SharedArrayBuffer(interleaved.length));
  const area = height * width;
  for (let i = 0; i < interleaved.length; i++) {
    const pixel = Math.floor(i / 3);
    data[Math.floor(pixel / area) * 3 * area + (i % 3) * area + (pixel % area)] = interleaved[i]!;
  }
  return { count, channels: 3, height, width, data };
}

/** A folder that is gone after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'embedding-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a golden model, with keys of its config.json or preprocessor_config.json replaced. */
export async function copyModel(name: string, changes: ModelChanges = {}): Promise<string> {
  const folder = await makeFolder();
  await cp(goldenPath(`models/${name}`), folder, { recursive: true });
  await changeJson(join(folder, 'config.json'), changes.config);
  await changeJson(join(folder, 'preprocessor_config.json'), changes.processor);
  return folder;
}

/** Keys to replace. */
export interface ModelChanges {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly processor?: Readonly<Record<string, unknown>>;
}

/** Replaces keys of a JSON file. */
export async function changeJson(
  path: string,
  changes: Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  if (changes === undefined) return;
  const before = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>; // a golden JSON object
  await writeFile(path, JSON.stringify({ ...before, ...changes }));
}

/** Cosine of the angle between two vectors. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Renames the tensors of a safetensors file. Their bytes stay. */
export async function renameTensors(path: string, rename: (name: string) => string): Promise<void> {
  const bytes = await readFile(path);
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, end)) as Record<string, unknown>; // a golden header
  const renamed = Object.entries(header).map(([name, entry]) => [
    name === '__metadata__' ? name : rename(name),
    entry,
  ]);
  const text = Buffer.from(JSON.stringify(Object.fromEntries(renamed)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(path, Buffer.concat([length, text, bytes.subarray(end)]));
}
