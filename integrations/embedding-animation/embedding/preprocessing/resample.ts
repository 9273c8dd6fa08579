/** Pillow's `Image.resize` for 8-bit RGB, bit for bit (Pillow 13, `src/libImaging/Resample.c` and `Geometry.c`). */
import type { RgbImage } from '../../contracts.ts';
import {
  computeCoefficients,
  PRECISION_BITS,
  type Coefficients,
  type ResampleFilter,
  type Span,
  type WeighingFilter,
} from './resample-coefficients.ts';

/** A part of a picture: its columns and rows. */
export interface Window {
  readonly columns: Span;
  readonly rows: Span;
}

/**
 * Resizes `image` to `width` × `height` px, and gives of that only what lies in `window`: the same pixels as if all had
 * been made and then cut. An image that has that size already is given back as it is where no window is named.
 */
export type Resize = (image: RgbImage, width: number, height: number, window?: Window) => RgbImage;

const CHANNELS = 3;

/** Sums are rounded to the nearest. */
const HALF = 1 << (PRECISION_BITS - 1);

/** Lengths and spans whose coefficients are kept: the sizes of a set are few, or as many as its photos. */
const AXES_KEPT = 64;

/**
 * Makes a resizer with `filter`. It keeps the coefficients of the (input, output) lengths it has met last, so one
 * resizer for a whole data set computes them once.
 */
export function createResize(filter: ResampleFilter): Resize {
  const resize = filter === 'nearest' ? resizeNearest : createWeighedResize(filter);
  return (image, width, height, window) => {
    const wanted = window ?? { columns: { start: 0, end: width }, rows: { start: 0, end: height } };
    if (image.width !== width || image.height !== height) return resize(image, width, height, wanted);
    return window === undefined ? image : cut(image, window);
  };
}

/** What lies in `window` of an image. */
function cut(image: RgbImage, { columns, rows }: Window): RgbImage {
  const [width, height] = [columns.end - columns.start, rows.end - rows.start];
  const data = new Uint8Array(CHANNELS * width * height);
  for (let y = 0; y < height; y++) {
    const start = CHANNELS * ((rows.start + y) * image.width + columns.start);
    data.set(image.data.subarray(start, start + CHANNELS * width), CHANNELS * width * y);
  }
  return { width, height, data };
}

type ResizePart = (image: RgbImage, width: number, height: number, window: Window) => RgbImage;

function createWeighedResize(filter: WeighingFilter): ResizePart {
  const known = new Map<string, Coefficients>();
  const coefficientsOf = (from: number, to: number, span: Span): Coefficients => {
    const key = `${from}:${to}:${span.start}:${span.end}`;
    const found = known.get(key) ?? computeCoefficients(filter, from, to, span);
    known.delete(key); // what was asked for last comes last
    known.set(key, found);
    if (known.size > AXES_KEPT) known.delete(known.keys().next().value!);
    return found;
  };
  return (image, width, height, { columns, rows }) => {
    const across = image.width === width ? undefined : coefficientsOf(image.width, width, columns);
    const down = image.height === height ? undefined : coefficientsOf(image.height, height, rows);
    // the first pass makes what the second one reads, and no more
    if (down === undefined)
      return across === undefined ? cut(image, { columns, rows }) : resizeRows(image, across, rows);
    if (across === undefined) return resizeColumns(image, down, columns);
    if (goesColumnsFirst(image, width, height)) {
      const read = readSpan(across);
      const shrunk = resizeColumns(image, down, read);
      return resizeRows(shrunk, across, { start: 0, end: shrunk.height }, read.start);
    }
    const read = readSpan(down);
    const shrunk = resizeRows(image, across, read);
    return resizeColumns(shrunk, down, { start: 0, end: shrunk.width }, read.start);
  };
}

/** The input positions that coefficients read. Both ends grow with the output's positions. */
function readSpan({ starts, counts }: Coefficients): Span {
  const last = starts.length - 1;
  return { start: starts[0]!, end: starts[last]! + counts[last]! };
}

/**
 * Both passes round to 8 bits, so their order shows. Since version 13 Pillow shrinks the height first where it
 * loses more than twice as many px as the width (pull request 9549); before that, rows always came first.
 */
function goesColumnsFirst(image: RgbImage, width: number, height: number): boolean {
  return image.height > height && image.height - height > 2 * (image.width - width);
}

/**
 * Resizes the rows of a span.
 * @param origin the input position of the image's first column
 */
function resizeRows(image: RgbImage, coefficients: Coefficients, rows: Span, origin = 0): RgbImage {
  const { starts, counts, weights, stride } = coefficients;
  const source = image.data;
  const width = starts.length;
  const height = rows.end - rows.start;
  const data = new Uint8Array(width * height * CHANNELS);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = (rows.start + y) * image.width - origin;
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

/**
 * Resizes the columns of a span.
 * @param origin the input position of the image's first row
 */
function resizeColumns(image: RgbImage, coefficients: Coefficients, columns: Span, origin = 0): RgbImage {
  const { starts, counts, weights, stride } = coefficients;
  const source = image.data;
  const [width, height] = [columns.end - columns.start, starts.length];
  const rowLength = width * CHANNELS;
  const data = new Uint8Array(rowLength * height);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let i = 0; i < counts[y]!; i++) {
      const weight = weights[y * stride + i]!;
      const row = ((starts[y]! + i - origin) * image.width + columns.start) * CHANNELS;
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

function resizeNearest(image: RgbImage, width: number, height: number, window: Window): RgbImage {
  const columns = locateNearest(image.width, width, window.columns);
  const rows = locateNearest(image.height, height, window.rows);
  const data = new Uint8Array(columns.length * rows.length * CHANNELS);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * image.width + column) * CHANNELS;
      data[to++] = image.data[from]!;
      data[to++] = image.data[from + 1]!;
      data[to++] = image.data[from + 2]!;
    }
  }
  return { width: columns.length, height: rows.length, data };
}

/** The input position under each output centre. Summed step by step as Pillow does: the roundings decide ties. */
function locateNearest(from: number, to: number, { start, end }: Span): Int32Array {
  const step = from / to;
  const positions = new Int32Array(end - start);
  for (let out = 0, position = step * 0.5; out < end; out++, position += step) {
    if (out >= start) positions[out - start] = Math.min(Math.trunc(position), from - 1);
  }
  return positions;
}
