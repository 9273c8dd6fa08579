import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EmbeddingAnimationError } from '../../../integrations/embedding-animation/errors.ts';
import { decodeImage } from '../../../integrations/embedding-animation/images/index.ts';

const bytes = z.string().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));
const golden = z
  .record(z.string(), z.object({ file: bytes, width: z.number(), height: z.number(), rgb: bytes }))
  .parse(JSON.parse(readFileSync(new URL('../../golden/images/pillow.json', import.meta.url), 'utf8')));

/** A PNG whose header says 100,000 × 100,000. */
function makeLargePng(): Uint8Array {
  const file = Uint8Array.from(golden['rgb.png']!.file);
  const header = new DataView(file.buffer);
  header.setUint32(16, 100_000);
  header.setUint32(20, 100_000);
  header.setUint32(29, crc32(file.subarray(12, 29)));
  return file;
}

/** A JPEG whose frame says 60,000 × 60,000. */
function makeLargeJpeg(): Uint8Array {
  const file = Uint8Array.from(golden['rgb.jpg']!.file);
  const frame = Buffer.from(file.buffer).indexOf(Buffer.from([0xff, 0xc0]));
  const header = new DataView(file.buffer, frame);
  header.setUint16(5, 60_000);
  header.setUint16(7, 60_000);
  return file;
}

/** A lossy WebP that says 16,000 × 16,000. */
function makeLargeWebp(): Uint8Array {
  const file = Uint8Array.from(golden['lossy.webp']!.file);
  const frame = Buffer.from(file.buffer).indexOf(Buffer.from([0x9d, 0x01, 0x2a])); // start code of a key frame
  const header = new DataView(file.buffer, frame);
  header.setUint16(3, 16_000, true);
  header.setUint16(5, 16_000, true);
  return file;
}

describe('decodeImage', () => {
  it.each(Object.entries(golden))('sees %s as Pillow does, bit for bit', async (_, expected) => {
    const { width, height, data } = await decodeImage(expected.file);
    expect({ width, height }).toEqual({ width: expected.width, height: expected.height });
    expect(data).toEqual(expected.rgb);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('<html>not an image</html>')],
    ['half a PNG', golden['rgb.png']!.file.subarray(0, 150)],
    ['half a JPEG', golden['rgb.jpg']!.file.subarray(0, 650)],
    ['half a WebP', golden['lossy.webp']!.file.subarray(0, 60)],
  ])('refuses %s with what is wrong and what to do', async (_, file) => {
    const error: unknown = await decodeImage(file).catch((thrown: unknown) => thrown);
    if (!(error instanceof EmbeddingAnimationError)) throw new Error('expected a catalogue error');
    expect(error.name).toBe('ImageUnreadable');
    expect(error.hint).toContain('PNG, JPEG or WebP');
  });

  it('refuses the text that Git LFS leaves in place of a file, and says how to get the file', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n';
    const thrown: unknown = await decodeImage(new TextEncoder().encode(pointer)).catch(
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({
      name: 'ImageUnreadable',
      problem: 'the file is a Git LFS pointer: its content has not been fetched',
      hint: 'Run "git lfs pull" in the repository that it comes from.',
    });
  });

  it('refuses an SVG, which could be as large as it likes', async () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
    await expect(decodeImage(svg)).rejects.toThrow('format is svg');
  });

  it.each([
    ['PNG', makeLargePng()],
    ['JPEG', makeLargeJpeg()],
    ['WebP', makeLargeWebp()],
  ])('refuses a small %s that would decode to too many pixels', async (_, bomb) => {
    await expect(decodeImage(bomb)).rejects.toMatchObject({ name: 'ImageUnreadable' });
    await expect(decodeImage(bomb)).rejects.toThrow('pixel limit');
  });

  it('gives each image memory of its own, so that it may be sent to a thread', async () => {
    const first = await decodeImage(golden['rgb.png']!.file);
    const second = await decodeImage(golden['rgb.png']!.file);
    expect(first.data.buffer).not.toBe(second.data.buffer);
    expect(first.data.byteLength).toBe(first.data.buffer.byteLength);
  });
});
