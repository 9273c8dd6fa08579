/** Fills and copies into the pixels of a picture. */
import type { RgbImage } from '../../contracts.ts';
import { rasterizePaths, type Coverage } from './coverage.ts';
import type { Box, Path } from './geometry.ts';

/** A colour's three bytes. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** @param colour `#rrggbb` */
export function parseRgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Fills a rectangle, which must lie inside. */
export function fillRect(picture: RgbImage, { x, y, width, height }: Box, colour: Rgb): void {
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++)
      picture.data.set(colour, 3 * (row * picture.width + column));
  }
}

/** Copies `image` to (x, y), which must leave all of it inside. */
export function copyImage(picture: RgbImage, image: RgbImage, x: number, y: number): void {
  for (let row = 0; row < image.height; row++) {
    const start = 3 * row * image.width;
    picture.data.set(
      image.data.subarray(start, start + 3 * image.width),
      3 * ((y + row) * picture.width + x),
    );
  }
}

/**
 * Fills paths, moved by (x, y) px, with one colour. Where they overlap they are one, as joined letters are. What lies
 * outside the picture is left out.
 */
export function fillPaths(
  picture: RgbImage,
  paths: readonly Path[],
  colour: Rgb,
  x: number,
  y: number,
): void {
  fillCoverage(picture, rasterizePaths(paths, x, y), colour);
}

/**
 * Fills what is covered with a colour; what lies outside the picture is left out.
 * @param columns of the coverage's box that are filled, from the left
 */
export function fillCoverage(
  picture: RgbImage,
  { box, data }: Coverage,
  colour: Rgb,
  columns = box.width,
): void {
  const right = Math.min(picture.width, box.x + columns);
  const bottom = Math.min(picture.height, box.y + box.height);
  for (let row = Math.max(0, box.y); row < bottom; row++) {
    const from = (row - box.y) * box.width - box.x;
    for (let column = Math.max(0, box.x); column < right; column++) {
      const share = data[from + column]!;
      if (share > 0) mixPixel(picture.data, 3 * (row * picture.width + column), colour, share);
    }
  }
}

/** Mixes a colour into the pixel whose first byte is at `at`. */
export function mixPixel(data: Uint8Array, at: number, colour: Rgb, share: number): void {
  data[at] = mix(data[at]!, colour[0], share);
  data[at + 1] = mix(data[at + 1]!, colour[1], share);
  data[at + 2] = mix(data[at + 2]!, colour[2], share);
}

/** `from` + (`to` − `from`) · `share` / 255, rounded, in integers: exact for bytes. */
function mix(from: number, to: number, share: number): number {
  const sum = from * (255 - share) + to * share + 128;
  return (sum + (sum >> 8)) >> 8;
}
