/** Whether bytes are an encoded image, whatever their file is called. */

/** Bytes from the start of a file that tell. */
export const SIGNATURE_BYTES = 16;

/** Signatures by their place in the file; all parts of one must fit. */
const SIGNATURES: readonly (readonly { readonly at: number; readonly bytes: string }[])[] = [
  [{ at: 0, bytes: '89504e470d0a1a0a' }], // PNG
  [{ at: 0, bytes: 'ffd8ff' }], // JPEG
  [{ at: 0, bytes: '474946383761' }], // GIF87a
  [{ at: 0, bytes: '474946383961' }], // GIF89a
  [
    { at: 0, bytes: '52494646' },
    { at: 8, bytes: '57454250' },
  ], // WebP: RIFF … WEBP
  [{ at: 0, bytes: '49492a00' }], // TIFF, little-endian
  [{ at: 0, bytes: '4d4d002a' }], // TIFF, big-endian
  [
    { at: 0, bytes: '424d' },
    { at: 6, bytes: '00000000' },
  ], // BMP: its reserved words are zero
];

/** Whether bytes start like a PNG, JPEG, GIF, WebP, TIFF or BMP. */
export function startsLikeImage(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, SIGNATURE_BYTES)).toString('hex');
  return SIGNATURES.some((parts) => parts.every(({ at, bytes: hex }) => start.startsWith(hex, 2 * at)));
}
