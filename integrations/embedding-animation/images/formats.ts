/** Which image files are read, by their names. */

/**
 * Extensions of the formats that `decodeImage` reads with the pixels of Pillow: those of PNG, JPEG, WebP, TIFF, GIF
 * and BMP, in lower case and with their dot. AVIF is not among them: its decoders differ in the pixels they make.
 */
export const READABLE_EXTENSIONS: readonly string[] = [
  '.png',
  '.apng',
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.webp',
  '.tif',
  '.tiff',
  '.gif',
  '.bmp',
  '.dib',
];

/** Whether a file of this name is one that `decodeImage` reads; the case of its extension does not count. */
export function isReadableImage(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot !== -1 && READABLE_EXTENSIONS.includes(name.slice(dot).toLowerCase());
}
