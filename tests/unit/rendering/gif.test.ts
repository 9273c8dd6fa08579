import { afterAll, describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../integrations/embedding-animation/contracts.ts';
import { decodePng, encodePng } from '../../../integrations/embedding-animation/images/index.ts';
import { renderFrame } from '../../../integrations/embedding-animation/rendering/frame.ts';
import {
  encodeGif,
  openGifPool,
  type GifOptions,
  type GifPool,
} from '../../../integrations/embedding-animation/rendering/gif/encode-gif.ts';
import { openRenderCache } from '../../../integrations/embedding-animation/rendering/render-cache.ts';
import { classColours, themeOf } from '../../../integrations/embedding-animation/rendering/theme.ts';
import { decodeGif } from '../../helpers/decode-gif.ts';
import { makeFrameInput } from '../../helpers/rendering.ts';

const cache = openRenderCache();
const COUNT = 6;
const DELAYS = [350, 350, 350, 350, 350, 3350];

const frames = Promise.all(
  Array.from({ length: COUNT }, async (_, i): Promise<RgbImage> => {
    const { points, ...rest } = makeFrameInput({ step: 200 * i, look: { width: 600, height: 400 } });
    const data = points.data.map((value) => value * (0.5 + i / 10));
    return decodePng(await renderFrame({ ...rest, points: { ...points, data } }, cache));
  }),
);
const pool = openGifPool(2);
const gif = frames.then((images) => join(images, { delaysMs: DELAYS }));

afterAll(() => pool.close());

/** The GIF of pictures that are encoded as PNGs first. */
async function join(
  images: readonly RgbImage[],
  options: GifOptions,
  threads: GifPool = pool,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const readers = images.map((image) => () => encodePng(image));
  for await (const part of encodeGif(threads, readers, options)) parts.push(part);
  return Buffer.concat(parts);
}

describe('encodeGif', () => {
  it('plays every frame for as long as asked, for ever', async () => {
    const { pages, delaysMs, loops } = await decodeGif(await gif);
    expect(pages).toHaveLength(COUNT);
    expect(delaysMs).toEqual(DELAYS);
    expect(loops).toBe(0);
  });

  it('decodes to what was drawn', async () => {
    const images = await frames;
    const { pages } = await decodeGif(await gif);
    pages.forEach((page, i) => {
      const { mean, most } = compare(page, images[i]!);
      expect(mean).toBeLessThan(0.45);
      expect(most).toBeLessThan(24);
    });
  });

  it('keeps paper, ink and class colours exact in all frames: nothing flickers', async () => {
    const images = await frames;
    const { pages } = await decodeGif(await gif);
    const { paper, ground, ink } = themeOf({ theme: 'light' });
    const exact = new Set(
      [paper, ground, ink, ...classColours(Array.from('123456789'), { theme: 'light' })].map((c) =>
        parseInt(c.slice(1), 16),
      ),
    );
    const seen = new Set<number>();
    pages.forEach((page, i) => {
      for (let pixel = 0; pixel < 600 * 400; pixel++) {
        const drawn = colourAt(images[i]!, pixel);
        if (!exact.has(drawn)) continue;
        seen.add(drawn);
        if (colourAt(page, pixel) !== drawn) expect.fail(`frame ${i}, pixel ${pixel} changed its colour`);
      }
    });
    expect(seen).toEqual(exact);
  });

  it('leaves pixels alone that do not change between two frames', async () => {
    const images = await frames;
    const { pages } = await decodeGif(await gif);
    for (let i = 1; i < COUNT; i++) {
      for (let pixel = 0; pixel < 600 * 400; pixel++) {
        if (colourAt(images[i]!, pixel) !== colourAt(images[i - 1]!, pixel)) continue;
        if (colourAt(pages[i]!, pixel) !== colourAt(pages[i - 1]!, pixel))
          expect.fail('an unchanged pixel flickers');
      }
    }
  });

  it('writes only what changed: a still costs a few bytes', async () => {
    const [image] = await frames;
    const still = (count: number): Promise<Uint8Array> =>
      join(
        Array.from({ length: count }, () => image!),
        { delaysMs: [] },
      );
    const [six, nine] = [await still(6), await still(9)]; // the palette is made from five of them in both
    expect(nine.length - six.length).toBeLessThan(90);
    expect((await decodeGif(nine)).pages).toHaveLength(9);
  });

  it('shows a frame for 655.35 s at most, which is all that a GIF can say', async () => {
    const frame: RgbImage = { width: 4, height: 3, data: new Uint8Array(36).fill(255) };
    const { delaysMs } = await decodeGif(await join([frame, frame], { delaysMs: [655_350, 660_000] }));
    expect(delaysMs).toEqual([655_350, 655_350]);
  });

  it('writes a small change at its place', async () => {
    const blank: RgbImage = { width: 40, height: 30, data: new Uint8Array(3600).fill(255) };
    const spotted = { ...blank, data: blank.data.slice() };
    spotted.data.set([255, 0, 0], 3 * (20 * 40 + 33));
    const bytes = await join([blank, spotted, blank], { delaysMs: [100, 100, 100] });
    const { pages } = await decodeGif(bytes);
    expect(pages.map((page) => compare(page, page === pages[1] ? spotted : blank).most)).toEqual([0, 0, 0]);
  });

  it('gives the pictures of each frame colours of their own', async () => {
    const frames = [0, 100, 200].map((blue): RgbImage => {
      const image = { width: 40, height: 30, data: new Uint8Array(3600).fill(255) };
      for (let i = 0; i < 180; i++) image.data.set([15 * (i % 15), 20 * Math.floor(i / 15), blue], 3 * i);
      return image;
    }); // 541 colours in all
    const { pages } = await decodeGif(await join(frames, { delaysMs: [100, 100, 100] }));
    expect(pages.map((page, i) => compare(page, frames[i]!).most <= 16)).toEqual([true, true, true]);
    expect(pages.map((page, i) => compare(page, frames[i]!).mean < 0.5)).toEqual([true, true, true]);
  });

  it('gives the same bytes twice, with any number of threads', async () => {
    expect(Buffer.compare(await join(await frames, { delaysMs: DELAYS }), await gif)).toBe(0);
    for (const threads of [1, 3]) {
      const other = openGifPool(threads);
      try {
        expect(Buffer.compare(await join(await frames, { delaysMs: DELAYS }, other), await gif)).toBe(0);
      } finally {
        await other.close();
      }
    }
  });

  it('tells how far it is', async () => {
    const seen: [number, number][] = [];
    const image: RgbImage = { width: 2, height: 2, data: new Uint8Array(12) };
    const options = { delaysMs: [10, 10], onProgress: (...counts: [number, number]) => seen.push(counts) };
    await join([image, image], options);
    expect(seen).toEqual([[1, 2], [2, 2]]); // prettier-ignore
  });

  it('has few pictures in memory, however many there are', async () => {
    const [image] = await frames;
    const png = await encodePng(image!);
    let [asked, written, most] = [0, 0, 0];
    const readers = Array.from({ length: 100 }, () => () => {
      most = Math.max(most, ++asked - written);
      return Promise.resolve(png);
    });
    const onProgress = (done: number): void => void (written = done);
    for await (const part of encodeGif(pool, readers, { delaysMs: [], onProgress })) {
      expect(part.length).toBeLessThan(100_000);
    }
    expect(asked).toBeGreaterThan(100);
    expect(most).toBeLessThan(50);
  });

  it('refuses no frames, and frames of different sizes', async () => {
    const make = (side: number): RgbImage => ({
      width: side,
      height: side,
      data: new Uint8Array(3 * side * side),
    });
    await expect(join([], { delaysMs: [] })).rejects.toThrow(RangeError);
    await expect(join([make(2), make(3)], { delaysMs: [1, 1] })).rejects.toThrow('3×3 px');
  });
});

function colourAt({ data }: RgbImage, pixel: number): number {
  return (data[3 * pixel]! << 16) | (data[3 * pixel + 1]! << 8) | data[3 * pixel + 2]!;
}

function compare(a: RgbImage, b: RgbImage): { mean: number; most: number } {
  let [sum, most] = [0, 0];
  a.data.forEach((value, i) => {
    const difference = Math.abs(value - b.data[i]!);
    sum += difference;
    most = Math.max(most, difference);
  });
  return { mean: sum / a.data.length, most };
}
