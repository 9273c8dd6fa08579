import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../integrations/embedding-animation/contracts.ts';
import type { PixelStream, StoredPixels } from '../../../integrations/embedding-animation/embedding/index.ts';
import { openPixelReader } from '../../../integrations/embedding-animation/embedding/preprocessing/pixel-source.ts';
import {
  openOriginalStream,
  openPreparedStream,
  OriginalsDiffer,
} from '../../../integrations/embedding-animation/embedding/preprocessing/prepare-dataset.ts';
import { parseProcessor } from '../../../integrations/embedding-animation/embedding/preprocessing/processor-config.ts';
import { datasetOf, makeFolder, noiseImage } from '../../helpers/embedding.ts';
import { preprocess } from '../../helpers/preprocess.ts';

const COUNT = 13;
const OFFSET = 5;
const small = Array.from({ length: COUNT }, (_, i) => noiseImage(9, 7, i + 1));

async function collect(images: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const image of images) all.push(image);
  return all;
}

/** Puts the images of a stream into a file, after some other bytes. */
async function store(stream: PixelStream): Promise<StoredPixels> {
  const path = join(await makeFolder(), 'pixels');
  const { images, ...pixels } = stream;
  await writeFile(path, Buffer.concat([Buffer.alloc(OFFSET), ...(await collect(images))]));
  return { ...pixels, path, offset: OFFSET };
}

/** Reads images as threads do: some at a time, into one buffer. */
function readAll(source: Parameters<typeof openPixelReader>[0]): Uint8Array {
  const reader = openPixelReader(source);
  const length = 3 * source.height * source.width;
  const all = new Uint8Array(source.count * length);
  const batch = new Uint8Array(4 * length);
  for (let first = 0; first < source.count; first += 4) {
    const last = Math.min(first + 4, source.count);
    reader.read(first, last, batch);
    all.set(batch.subarray(0, (last - first) * length), first * length);
  }
  reader.close();
  return all;
}

describe('pixels in a file', () => {
  it.each([
    ['resized', { size: 24 }],
    [
      'resized by the shorter edge and cropped',
      { size: { shortest_edge: 30 }, do_center_crop: true, crop_size: 26 },
    ],
    ['as they are', { do_resize: false }],
  ])('are those in memory: %s', async (_, config) => {
    const processor = parseProcessor(config, {});
    const expected = await preprocess(datasetOf(small), processor);
    const stored = await store(await openPreparedStream(datasetOf(small), processor));
    expect(readAll(expected)).toEqual(new Uint8Array(expected.data));
    expect(readAll(stored)).toEqual(readAll(expected));
  });

  it.each([
    ['resized', { size: 24, resample: 3 }],
    [
      'resized by the shorter edge and cropped',
      { size: { shortest_edge: 30 }, do_center_crop: true, crop_size: 26 },
    ],
  ])('may be small originals that are %s when they are read', async (_, config) => {
    const processor = parseProcessor(config, {});
    const expected = await preprocess(datasetOf(small), processor);
    const { height, width, ...originals } = await store(
      (await openOriginalStream(datasetOf(small), processor))!,
    );
    const seen = { height: expected.height, width: expected.width };
    expect(readAll({ ...originals, ...seen, original: { height, width, processor } })).toEqual(
      readAll(expected),
    );
  });

  it('are missed when the file ends too early', async () => {
    const processor = parseProcessor({ size: 8 }, {});
    const stored = await store(await openPreparedStream(datasetOf(small), processor));
    expect(() => readAll({ ...stored, count: COUNT + 1 })).toThrow(/ends at byte/);
  });
});

describe('openOriginalStream', () => {
  const keeps = async (image: RgbImage, config: object): Promise<boolean> =>
    (await openOriginalStream(datasetOf([image]), parseProcessor(config, {}))) !== undefined;

  it('keeps images that take at most a quarter of the room of what the model sees', async () => {
    expect(await keeps(noiseImage(32, 32, 1), { size: 224 })).toBe(true);
    expect(await keeps(noiseImage(16, 16, 1), { size: 32 })).toBe(true);
    expect(await keeps(noiseImage(17, 16, 1), { size: 32 })).toBe(false);
    expect(await keeps(noiseImage(500, 333, 1), { size: 224 })).toBe(false);
  });

  it('gives up at the first image of another size', async () => {
    const dataset = datasetOf([noiseImage(8, 8, 1), noiseImage(8, 8, 2), noiseImage(8, 9, 3)]);
    const stream = await openOriginalStream(dataset, parseProcessor({ size: 64 }, {}));
    await expect(collect(stream!.images)).rejects.toBeInstanceOf(OriginalsDiffer);
  });
});
