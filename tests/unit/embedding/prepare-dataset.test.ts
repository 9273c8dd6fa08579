import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { createPlanarPreparation } from '../../../integrations/embedding-animation/embedding/preprocessing/prepare-image.ts';
import { parseProcessor } from '../../../integrations/embedding-animation/embedding/preprocessing/processor-config.ts';
import { datasetOf, noiseImage, readGolden, sha256 } from '../../helpers/embedding.ts';
import { preprocess } from '../../helpers/preprocess.ts';

interface Case {
  readonly config: Readonly<Record<string, unknown>>;
  readonly width: number;
  readonly height: number;
  readonly shape: readonly [number, number, number];
  readonly sha256: string;
}

const cases = await readGolden<Case[]>('preprocess.json');

describe('preprocess', () => {
  it.each(cases)('equals transformers bit for bit: $config of $width × $height', async (reference) => {
    const dataset = datasetOf([noiseImage(reference.width, reference.height, 7)]);
    const pixels = await preprocess(dataset, parseProcessor(reference.config, {}));
    expect([pixels.channels, pixels.height, pixels.width]).toEqual(reference.shape);
    expect(sha256(pixels.data)).toBe(reference.sha256);
  });

  it('keeps the order of the data set, whichever image is decoded first', async () => {
    const images = Array.from({ length: 30 }, (_, i) => noiseImage(10 + i, 40 - i, i + 1));
    const dataset = datasetOf(images);
    const slow = {
      ...dataset,
      decode: async (index: number) => {
        await new Promise((resolve) => setTimeout(resolve, (index * 7) % 11));
        return images[index]!;
      },
    };
    const processor = parseProcessor({ size: 8 }, {});
    expect(await preprocess(slow, processor)).toEqual(await preprocess(dataset, processor));
  });

  it('reports every image once', async () => {
    const seen: [number, number][] = [];
    const dataset = datasetOf(Array.from({ length: 12 }, (_, i) => noiseImage(9, 9, i + 1)));
    const onProgress = (done: number, total: number): void => void seen.push([done, total]);
    await preprocess(dataset, parseProcessor({ size: 4 }, {}), { onProgress });
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => [i + 1, 12]));
  });

  it('gives the same bytes in the same order for large images, which threads resize', async () => {
    const sizes = [30, 400, 257, 20, 300, 250];
    const images = sizes.map((size, i) => noiseImage(size, size + i, i + 1));
    const processor = parseProcessor({ size: { height: 24, width: 20 }, resample: 3 }, {});
    const pixels = await preprocess(datasetOf(images), processor, { threads: 2 });
    const expected = images.map((image) => createPlanarPreparation(processor)(image).planes);
    expect(sha256(pixels.data)).toBe(sha256(Buffer.concat(expected)));
  });

  it('leaves the thread of the caller free while it resizes photographs', async () => {
    const photograph = noiseImage(1200, 900, 1);
    const dataset = datasetOf(Array.from({ length: 60 }, () => photograph));
    const start = performance.now();
    const before = performance.eventLoopUtilization();
    await preprocess(dataset, parseProcessor({ size: 224, resample: 3 }, {}), { threads: 2 });
    const { utilization } = performance.eventLoopUtilization(before);
    expect(performance.now() - start).toBeGreaterThan(100); // otherwise this proves nothing
    expect(utilization).toBeLessThan(0.85); // it is 1 where the thread does it all
  });

  it('ends its threads when an image comes out at another size than those before it', async () => {
    const listeners = process.listenerCount('exit');
    const dataset = datasetOf([noiseImage(300, 300, 1), noiseImage(300, 300, 2), noiseImage(300, 400, 3)]);
    const work = preprocess(dataset, parseProcessor({ size: { shortest_edge: 6 } }, {}), { threads: 2 });
    await expect(work).rejects.toMatchObject({ name: 'ProcessorUnsupported' });
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  it('puts the pixels into shared memory', async () => {
    const pixels = await preprocess(datasetOf([noiseImage(9, 9, 1)]), parseProcessor({ size: 4 }, {}));
    expect(pixels.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('names the image that comes out at another size', async () => {
    const dataset = datasetOf([noiseImage(9, 9, 1), noiseImage(9, 12, 2)]);
    const work = preprocess(dataset, parseProcessor({ size: { shortest_edge: 6 } }, {}));
    await expect(work).rejects.toMatchObject({
      name: 'ProcessorUnsupported',
      problem: expect.stringContaining('image-1.png') as string,
    });
  });

  it('refuses a data set without images', async () => {
    await expect(preprocess(datasetOf([]), parseProcessor({}, {}))).rejects.toMatchObject({
      name: 'TooFewImages',
    });
  });

  it('passes on the error of an image that can not be decoded', async () => {
    const dataset = {
      ...datasetOf([noiseImage(9, 9, 1)]),
      decode: () => Promise.reject(new Error('broken')),
    };
    await expect(preprocess(dataset, parseProcessor({}, {}))).rejects.toThrow('broken');
  });

  it('makes of an image of one column no more than the crop keeps', async () => {
    const tall = {
      width: 1,
      height: 60_000,
      data: new Uint8Array(3 * 60_000).map((_, i) => Math.floor(i / 3) % 251),
    };
    const processor = parseProcessor(
      { size: { shortest_edge: 224 }, crop_size: 224, do_center_crop: true },
      {},
    );
    const started = process.resourceUsage().maxRSS;
    const { data, width, height } = await preprocess(datasetOf([tall]), processor);
    expect([width, height]).toEqual([224, 224]);
    // one row of the image has become 224: the middle ones are row 29,999 and row 30,000, and what lies between
    expect(data[0]).toBeGreaterThanOrEqual(29_999 % 251);
    expect(data[224 * 224 - 1]).toBeLessThanOrEqual(30_000 % 251);
    expect(process.resourceUsage().maxRSS - started).toBeLessThan(500 * 1024); // KiB; all of it would take 9 GB
  });

  it.each([
    [
      'enlarged to millions of rows that are not cropped',
      { size: { shortest_edge: 224 }, do_center_crop: false },
      60_000,
    ],
    [
      'enlarged to more rows than can be counted in reasonable time',
      { size: { shortest_edge: 224 }, crop_size: 224, do_center_crop: true },
      500_000,
    ],
  ])('refuses an image of one column that is %s', async (_, config, height) => {
    const tall = { width: 1, height, data: new Uint8Array(3 * height) };
    for (const images of [[tall], [noiseImage(224, 224, 1), tall]]) {
      const work = preprocess(datasetOf(images), parseProcessor(config, {}));
      await expect(work).rejects.toMatchObject({
        name: 'ImageUnreadable',
        problem: expect.stringContaining(`the image of 1 × ${height} px can't be resized`) as unknown,
      });
    }
  });

  it('decodes so many large images at a time as a bound on memory allows, and small ones at once', async () => {
    const measure = async (pixels: number): Promise<number> => {
      const dataset = datasetOf(Array.from({ length: 20 }, () => noiseImage(8, 8, 1)));
      let [underWay, most] = [0, 0];
      const decode: typeof dataset.decode = async (index, reserve) => {
        await reserve?.(6 * pixels);
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setTimeout(resolve, 5));
        underWay--;
        return dataset.decode(index);
      };
      await preprocess({ ...dataset, decode }, parseProcessor({ size: 4 }, {}));
      return most;
    };
    expect(await measure(80_000_000)).toBe(1);
    expect(await measure(24_000_000)).toBe(3);
    expect(await measure(50_000)).toBe(8);
  });
});
