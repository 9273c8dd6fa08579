/** Painting into pixels. */
import type { RgbImage } from '../contracts.ts';
import type { Box } from './layout.ts';
import { PHASES, type Stamp } from './stamps.ts';

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
 */
export function blend(canvas: RgbImage, rgba: Uint8Array, box: Box): void {
  const { data } = canvas;
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const first = row * box.width;
    const offset = 3 * ((box.y + row) * canvas.width + box.x - first);
    for (let pixel = first; pixel < first + box.width; pixel++) {
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
  const { data, width, height } = canvas;
  const red = colour[0];
  const green = colour[1];
  const blue = colour[2];
  const phaseX = Math.round(x * PHASES);
  const phaseY = Math.round(y * PHASES);
  const left = Math.floor(phaseX / PHASES);
  const top = Math.floor(phaseY / PHASES);
  const mask = stamp[(phaseY - top * PHASES) * PHASES + phaseX - left * PHASES]!;
  const reach = (mask.side - 1) / 2;
  const firstColumn = Math.max(0, reach - left);
  const lastColumn = Math.min(mask.side, width - left + reach);
  const lastRow = Math.min(mask.side, height - top + reach);
  for (let row = Math.max(0, reach - top); row < lastRow; row++) {
    const from = row * mask.side;
    let to = 3 * ((top - reach + row) * width + left - reach + firstColumn);
    for (let column = firstColumn; column < lastColumn; column++, to += 3) {
      const coverage = mask.data[from + column]!;
      if (coverage === 0) continue;
      if (coverage === 255) {
        data[to] = red;
        data[to + 1] = green;
        data[to + 2] = blue;
        continue;
      }
      data[to] = mix(data[to]!, red, coverage);
      data[to + 1] = mix(data[to + 1]!, green, coverage);
      data[to + 2] = mix(data[to + 2]!, blue, coverage);
    }
  }
}

/** `from` + (`to` − `from`) · `share` / 255, rounded, in integers: exact for bytes. */
function mix(from: number, to: number, share: number): number {
  const sum = from * (255 - share) + to * share + 128;
  return (sum + (sum >> 8)) >> 8;
}
