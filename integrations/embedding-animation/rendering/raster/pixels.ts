/** Painting into pixels. */
import type { RgbImage } from '../../contracts.ts';
import { coverShapes, type Shape } from './coverage.ts';
import type { Box } from '../layout.ts';
import { clipStencil, PHASES, type Stamp, type Stencil } from './marker-sprites.ts';

/** A colour's three bytes. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** @param colour `#rrggbb` */
export function parseRgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Fills a rectangle, which must lie inside. */
export function fill(canvas: RgbImage, { x, y, width, height }: Box, colour: Rgb): void {
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++)
      canvas.data.set(colour, 3 * (row * canvas.width + column));
  }
}

/** Copies `image` to (x, y), which must leave all of it inside. */
export function paste(canvas: RgbImage, image: RgbImage, x: number, y: number): void {
  for (let row = 0; row < image.height; row++) {
    const start = 3 * row * image.width;
    canvas.data.set(image.data.subarray(start, start + 3 * image.width), 3 * ((y + row) * canvas.width + x));
  }
}

/**
 * Puts a drawing over the canvas.
 * @param rgba `[height × width × 4]` of `box`, not multiplied by alpha
 * @param columns of it that are put, from the left
 */
export function blend(canvas: RgbImage, rgba: Uint8Array, box: Box, columns = box.width): void {
  const { data } = canvas;
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const first = row * box.width;
    const offset = 3 * ((box.y + row) * canvas.width + box.x - first);
    for (let pixel = first; pixel < first + columns; pixel++) {
      if (words[pixel] === 0) continue;
      const from = 4 * pixel;
      const to = offset + 3 * pixel;
      const alpha = rgba[from + 3]!;
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = mix(data[to + channel]!, rgba[from + channel]!, alpha);
      }
    }
  }
}

/**
 * Paints a marker with its middle at the nearest place that the stamp knows to (x, y) px.
 * What lies outside the canvas is left out.
 */
export function press(canvas: RgbImage, stamp: Stamp, colour: Rgb, x: number, y: number): void {
  const { width, height } = canvas;
  const phaseX = Math.round(x * PHASES);
  const phaseY = Math.round(y * PHASES);
  const left = Math.floor(phaseX / PHASES);
  const top = Math.floor(phaseY / PHASES);
  const stencil = stamp[(phaseY - top * PHASES) * PHASES + phaseX - left * PHASES]!;
  const { reach } = stencil;
  const fits = left >= reach && top >= reach && left + reach < width && top + reach < height;
  pressAt(canvas, fits ? stencil : clipStencil(stencil, canvas, left, top), colour, top * width + left);
}

/** @param middle the pixel at which the stencil's middle is; all of it must lie inside */
function pressAt({ data, width }: RgbImage, { whole, partial }: Stencil, colour: Rgb, middle: number): void {
  const red = colour[0];
  const green = colour[1];
  const blue = colour[2];
  for (let i = 0; i < whole.length; i += 2) {
    const to = 3 * (middle + whole[i + 1]! * width + whole[i]!);
    data[to] = red;
    data[to + 1] = green;
    data[to + 2] = blue;
  }
  for (let i = 0; i < partial.length; i += 3) {
    const to = 3 * (middle + partial[i + 1]! * width + partial[i]!);
    mixPixel(data, to, colour, partial[i + 2]!);
  }
}

/**
 * Fills shapes, moved by (x, y) px, in one colour. Where they overlap they are one, as joined letters are. What lies
 * outside the canvas is left out.
 */
export function stain(canvas: RgbImage, shapes: readonly Shape[], colour: Rgb, x: number, y: number): void {
  const { box, data } = coverShapes(shapes, x, y);
  const [right, bottom] = [
    Math.min(canvas.width, box.x + box.width),
    Math.min(canvas.height, box.y + box.height),
  ];
  for (let row = Math.max(0, box.y); row < bottom; row++) {
    const from = (row - box.y) * box.width - box.x;
    for (let column = Math.max(0, box.x); column < right; column++) {
      const share = data[from + column]!;
      if (share > 0) mixPixel(canvas.data, 3 * (row * canvas.width + column), colour, share);
    }
  }
}

function mixPixel(data: Uint8Array, at: number, colour: Rgb, share: number): void {
  data[at] = mix(data[at]!, colour[0], share);
  data[at + 1] = mix(data[at + 1]!, colour[1], share);
  data[at + 2] = mix(data[at + 2]!, colour[2], share);
}

/** `from` + (`to` − `from`) · `share` / 255, rounded, in integers: exact for bytes. */
function mix(from: number, to: number, share: number): number {
  const sum = from * (255 - share) + to * share + 128;
  return (sum + (sum >> 8)) >> 8;
}
