import { describe, expect, it } from 'vitest';
import { preprocess } from '../../../integrations/embedding-animation/embedding/index.ts';
import { parseProcessor } from '../../../integrations/embedding-animation/embedding/processor.ts';
import { datasetOf, noiseImage, readGolden, sha256 } from '../../helpers/embedding.ts';

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
    await preprocess(dataset, parseProcessor({ size: 4 }, {}), (done, total) => seen.push([done, total]));
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => [i + 1, 12]));
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
});
