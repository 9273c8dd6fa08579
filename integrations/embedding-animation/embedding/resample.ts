/** Pillow's `Image.resize` for 8-bit RGB, bit for bit (Pillow 13, `src/libImaging/Resample.c` and `Geometry.c`). */
import type { RgbImage } from '../contracts.ts';

/** Pillow's resampling filters under the numbers that `preprocessor_config.json` uses. */
export const RESAMPLE_FILTERS = {
  0: 'nearest',
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
  4: 'box',
  5: 'hamming',
} as const;

export type ResampleFilter = (typeof RESAMPLE_FILTERS)[keyof typeof RESAMPLE_FILTERS];

/** Resizes `image` to `width` × `height` px. An image that has that size already is given back as it is. */
export type Resize = (image: RgbImage, width: number, height: number) => RgbImage;

const CHANNELS = 3;

/** Fixed-point bits of a coefficient: 32 less 8 for the pixel and 2 of headroom for lobes below zero. */
const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

/** One axis of a resize. */
type Pass = (image: RgbImage) => RgbImage;

interface Kernel {
  /** Distance in source pixels, at scale 1, beyond which a weight is zero. */
  readonly support: number;
  weigh(distance: number): number;
}

/** What each output position along one axis takes from the input. */
interface Coefficients {
  /** `[out]`, the first input position. */
  readonly starts: Int32Array;
  /** `[out]`, how many input positions. */
  readonly counts: Int32Array;
  /** `[out × stride]`, fixed-point weights. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/**
 * Makes a resizer with `filter`. It keeps the coefficients of every (input, output) length it has met, so one
 * resizer for a whole data set computes them once.
 */
export function createResize(filter: ResampleFilter): Resize {
  const known = new Map<string, Coefficients>();
  const coefficientsOf = (kernel: Kernel, from: number, to: number): Coefficients => {
    const key = `${from}:${to}`;
    const found = known.get(key) ?? computeCoefficients(kernel, from, to);
    known.set(key, found);
    return found;
  };
  return (image, width, height) => {
    if (image.width === width && image.height === height) return image;
    if (filter === 'nearest') return resizeNearest(image, width, height);
    const kernel = KERNELS[filter];
    const toWidth: Pass = (from) =>
      from.width === width ? from : resizeRows(from, width, coefficientsOf(kernel, from.width, width));
    const toHeight: Pass = (from) =>
      from.height === height
        ? from
        : resizeColumns(from, height, coefficientsOf(kernel, from.height, height));
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

/**
 * Weights of one axis: pixel centres, the kernel widened by the scale when shrinking (antialias), normalised to
 * sum 1 and rounded half away from zero.
 */
function computeCoefficients(kernel: Kernel, from: number, to: number): Coefficients {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = kernel.support * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const coefficients = {
    starts: new Int32Array(to),
    counts: new Int32Array(to),
    weights: new Int32Array(to * stride),
    stride,
  };
  const exact = new Float64Array(stride);
  for (let out = 0; out < to; out++) {
    const centre = (out + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const count = Math.min(Math.trunc(centre + support + 0.5), from) - start;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      exact[i] = kernel.weigh((i + start - centre + 0.5) * (1 / widening));
      sum += exact[i]!;
    }
    coefficients.starts[out] = start;
    coefficients.counts[out] = count;
    for (let i = 0; i < count; i++) {
      const fixed = (sum === 0 ? exact[i]! : exact[i]! / sum) * (1 << PRECISION_BITS);
      coefficients.weights[out * stride + i] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    }
  }
  return coefficients;
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

const KERNELS: Readonly<Record<Exclude<ResampleFilter, 'nearest'>, Kernel>> = {
  box: { support: 0.5, weigh: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weigh: (x) => Math.max(1 - Math.abs(x), 0) },
  hamming: { support: 1, weigh: weighHamming },
  bicubic: { support: 2, weigh: weighBicubic },
  lanczos: { support: 3, weigh: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Pillow keeps the two constants in float32. */
function weighHamming(distance: number): number {
  const x = Math.abs(distance);
  if (x >= 1) return 0;
  return sinc(x) * (Math.fround(0.54) + Math.fround(0.46) * Math.cos(x * Math.PI));
}

/** Keys' cubic convolution with a = −0.5. */
function weighBicubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
