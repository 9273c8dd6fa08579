/** Pillow's `Image.resize` for 8-bit RGB, bit for bit (Pillow 13, `src/libImaging/Resample.c` and `Geometry.c`). */
import type { RgbImage } from '../contracts.ts';
import {
  computeCoefficients,
  PRECISION_BITS,
  type Coefficients,
  type ResampleFilter,
  type WeighingFilter,
} from './resample-coefficients.ts';

/** Resizes `image` to `width` × `height` px. An image that has that size already is given back as it is. */
export type Resize = (image: RgbImage, width: number, height: number) => RgbImage;

const CHANNELS = 3;

/** Sums are rounded to the nearest. */
const HALF = 1 << (PRECISION_BITS - 1);

/** One axis of a resize. */
type Pass = (image: RgbImage) => RgbImage;

/**
 * Makes a resizer with `filter`. It keeps the coefficients of every (input, output) length it has met, so one
 * resizer for a whole data set computes them once.
 */
export function createResize(filter: ResampleFilter): Resize {
  const resize = filter === 'nearest' ? resizeNearest : createWeighedResize(filter);
  return (image, width, height) =>
    image.width === width && image.height === height ? image : resize(image, width, height);
}

function createWeighedResize(filter: WeighingFilter): Resize {
  const known = new Map<string, Coefficients>();
  const coefficientsOf = (from: number, to: number): Coefficients => {
    const key = `${from}:${to}`;
    const found = known.get(key) ?? computeCoefficients(filter, from, to);
    known.set(key, found);
    return found;
  };
  return (image, width, height) => {
    const toWidth: Pass = (from) =>
      from.width === width ? from : resizeRows(from, width, coefficientsOf(from.width, width));
    const toHeight: Pass = (from) =>
      from.height === height ? from : resizeColumns(from, height, coefficientsOf(from.height, height));
    return goesColumnsFirst(image, width, height) ? toWidth(toHeight(image)) : toHeight(toWidth(image));
  };
}

/**
 * Both passes round to 8 bits, so their order shows. Since version 13 Pillow shrinks the height first where it
 * loses more than twice as many px as the width (pull request 9549); before that, rows always came first.
 */
function goesColumnsFirst(image: RgbImage, width: number, height: number): boolean {
  return image.height > height && image.height - height > 2 * (image.width - width);
}

function resizeRows(image: RgbImage, width: number, coefficients: Coefficients): RgbImage {
  const { starts, counts, weights, stride } = coefficients;
  const { data: source, height } = image;
  const data = new Uint8Array(width * height * CHANNELS);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = y * image.width;
    for (let x = 0; x < width; x++) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let from = (row + starts[x]!) * CHANNELS;
      const first = x * stride;
      const last = first + counts[x]!;
      for (let i = first; i < last; i++, from += CHANNELS) {
        const weight = weights[i]!;
        red = (red + Math.imul(source[from]!, weight)) | 0;
        green = (green + Math.imul(source[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(source[from + 2]!, weight)) | 0;
      }
      data[to++] = clipToByte(red);
      data[to++] = clipToByte(green);
      data[to++] = clipToByte(blue);
    }
  }
  return { width, height, data };
}

function resizeColumns(image: RgbImage, height: number, coefficients: Coefficients): RgbImage {
  const { starts, counts, weights, stride } = coefficients;
  const { data: source, width } = image;
  const rowLength = width * CHANNELS;
  const data = new Uint8Array(rowLength * height);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let i = 0; i < counts[y]!; i++) {
      const weight = weights[y * stride + i]!;
      const row = (starts[y]! + i) * rowLength;
      for (let x = 0; x < rowLength; x++) sums[x] = (sums[x]! + Math.imul(source[row + x]!, weight)) | 0;
    }
    for (let x = 0; x < rowLength; x++) data[y * rowLength + x] = clipToByte(sums[x]!);
  }
  return { width, height, data };
}

function clipToByte(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function resizeNearest(image: RgbImage, width: number, height: number): RgbImage {
  const columns = locateNearest(image.width, width);
  const rows = locateNearest(image.height, height);
  const data = new Uint8Array(width * height * CHANNELS);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * image.width + column) * CHANNELS;
      data[to++] = image.data[from]!;
      data[to++] = image.data[from + 1]!;
      data[to++] = image.data[from + 2]!;
    }
  }
  return { width, height, data };
}

/** The input position under each output centre. Summed step by step as Pillow does: the roundings decide ties. */
function locateNearest(from: number, to: number): Int32Array {
  const step = from / to;
  const positions = new Int32Array(to);
  for (let out = 0, position = step * 0.5; out < to; out++, position += step) {
    positions[out] = Math.min(Math.trunc(position), from - 1);
  }
  return positions;
}
