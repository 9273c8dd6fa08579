import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeImage, readOrientation } from '../../../integrations/embedding-animation/images/index.ts';
import { base64Bytes, goldenPixels, readGoldenImages } from '../../helpers/golden-images.ts';

const golden = readGoldenImages(
  'orientation.json',
  z.object({ file: base64Bytes, plain: goldenPixels, decoded: goldenPixels.nullable() }),
);

describe('decodeImage with an orientation', () => {
  it.each(Object.entries(golden))('turns %s as datasets does', async (_, { file, plain, decoded }) => {
    const expected = decoded ?? plain; // datasets fails at damaged EXIF data: here they say nothing
    const { width, height, data } = await decodeImage(file, { turn: true });
    expect({ width, height }).toEqual({ width: expected.width, height: expected.height });
    expect(data).toEqual(expected.rgb);
  });

  it.each(Object.entries(golden))('leaves %s as Image.open does', async (_, { file, plain }) => {
    const { width, height, data } = await decodeImage(file, { turn: false });
    expect({ width, height }).toEqual({ width: plain.width, height: plain.height });
    expect(data).toEqual(plain.rgb);
  });

  it('finds all eight orientations', () => {
    const found = Array.from({ length: 8 }, (_, i) => readOrientation(golden[`jpeg-${i + 1}`]!.file));
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('reads every prefix of a file without an error', () => {
    for (const { file } of Object.values(golden)) {
      for (let length = 0; length < file.length; length += 7) readOrientation(file.subarray(0, length));
    }
  });
});
