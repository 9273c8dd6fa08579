import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  decodeImage,
  isReadableImage,
  SIGNATURE_BYTES,
  startsLikeImage,
} from '../../../integrations/embedding-animation/images/index.ts';
import { base64Bytes, goldenPixels, readGoldenImages } from '../../helpers/golden-images.ts';

const golden = readGoldenImages('formats.json', goldenPixels.extend({ file: base64Bytes }));

/** What Pillow and libvips see differently, or libvips not at all. */
const NOT_READ = /inverted-|signed-16|planes-16|premultiplied-16|cmyk-16|lab-|ycbcr-|palette-of-bytes/;

describe('decodeImage of TIFF, GIF and BMP', () => {
  const [refused, read] = [true, false].map((isRefused) =>
    Object.entries(golden).filter(([name]) => NOT_READ.test(name) === isRefused),
  );

  it.each(read!)('sees %s as Pillow does, bit for bit', async (_, expected) => {
    const { width, height, data } = await decodeImage(expected.file);
    expect({ width, height }).toEqual({ width: expected.width, height: expected.height });
    expect(data).toEqual(expected.rgb);
  });

  it.each(refused!)('refuses %s, of which other pixels would come', async (_, { file }) => {
    await expect(decodeImage(file)).rejects.toMatchObject({
      name: 'ImageUnreadable',
      problem: "this kind of TIFF isn't read: what Pillow sees in it can't be had here",
      hint: 'Save it as PNG, JPEG or WebP.',
    });
  });

  it.each(
    read!.filter(([name]) => /^(rgb-16-little.tif|palette.gif|part.gif|24-bit.bmp|8-bit.bmp)$/.test(name)),
  )('refuses half of %s', async (_, { file }) => {
    for (const part of [1 / 2, 3 / 4]) {
      const half = file.subarray(0, Math.floor(file.length * part));
      await expect(decodeImage(half)).rejects.toMatchObject({ name: 'ImageUnreadable' });
    }
  });

  it('refuses a compressed bitmap', async () => {
    const file = Uint8Array.from(golden['8-bit.bmp']!.file);
    new DataView(file.buffer).setUint32(30, 1, true);
    await expect(decodeImage(file)).rejects.toThrow("this kind of BMP isn't read");
  });

  it.each([
    ['rgb.bmp', 18, 22],
    ['part.gif', 6, 8],
  ])(
    'refuses %s that says it had billions of pixels, before it asks for memory',
    async (name, width, height) => {
      const file = Uint8Array.from(golden[name]!.file);
      const view = new DataView(file.buffer);
      view.setUint16(width, 60_000, true);
      view.setUint16(height, 60_000, true);
      await expect(decodeImage(file)).rejects.toThrow('pixel limit');
    },
  );
});

describe('an image that says it had more pixels than its file can hold', () => {
  /** The file with its width and height, as 32-bit numbers at these places. */
  function enlarge(file: Uint8Array, places: readonly [number, number], littleEndian: boolean): Uint8Array {
    const changed = Uint8Array.from(file);
    for (const place of places) new DataView(changed.buffer).setUint32(place, 9000, littleEndian);
    return changed;
  }

  it.each([
    ['TIFF', enlarge(golden['rgb-16-little.tif']!.file, [18, 30], true)],
    [
      'PNG',
      enlarge(
        readGoldenImages('pillow.json', z.object({ file: base64Bytes }))['rgb.png']!.file,
        [16, 20],
        false,
      ),
    ],
  ])('is refused before memory is asked for it: %s', async (_, file) => {
    const before = process.resourceUsage().maxRSS;
    await expect(decodeImage(file)).rejects.toThrow('it is cut short');
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100 * 1024); // KiB; the pixels would take 240 MB
  });

  it('is refused before memory is asked for it: GIF', async () => {
    const file = Uint8Array.from(golden['part.gif']!.file);
    const descriptor = file.indexOf(0x2c, 13 + 24);
    const view = new DataView(file.buffer);
    for (const place of [5, 7]) view.setUint16(descriptor + place, 9000, true);
    await expect(decodeImage(file)).rejects.toThrow('it is cut short');
  });
});

describe('isReadableImage', () => {
  it.each(['a.png', 'b/c.JPG', 'd.jfif', 'e.jpeg', 'f.webp', 'g.TIF', 'h.tiff', 'i.gif', 'j.bmp'])(
    'knows %s',
    (name) => {
      expect(isReadableImage(name)).toBe(true);
    },
  );

  it.each(['png', 'a.avif', 'b.heic', 'c.svg', 'd.txt', 'e.png.part', 'f'])('leaves %s', (name) => {
    expect(isReadableImage(name)).toBe(false);
  });
});

describe('startsLikeImage', () => {
  const pillow = readGoldenImages('pillow.json', z.object({ file: base64Bytes }));

  it.each(Object.entries({ ...golden, ...pillow }))('knows %s by its first bytes', (_, { file }) => {
    expect(startsLikeImage(file.subarray(0, SIGNATURE_BYTES))).toBe(true);
  });

  it.each(['', 'BM', 'BMW and others', 'RIFF....WAVE', 'II*', '<svg xmlns="…">'])('leaves "%s"', (text) => {
    expect(startsLikeImage(Buffer.from(text))).toBe(false);
  });
});
