/** What Pillow's resampling filters weigh pixels by, in its fixed point (Pillow 13, `src/libImaging/Resample.c`). */

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

/** Filters that weigh several pixels. */
export type WeighingFilter = Exclude<ResampleFilter, 'nearest'>;

/** Fixed-point bits of a coefficient: 32 less 8 for the pixel and 2 of headroom for lobes below zero. */
export const PRECISION_BITS = 22;

/** A filter's weights by distance. */
interface Kernel {
  /** Distance in source pixels, at scale 1, beyond which a weight is zero. */
  readonly support: number;
  weigh(distance: number): number;
}

/** Positions of an axis from `start` up to but not including `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What each output position of a span takes from the input along one axis. */
export interface Coefficients {
  /** `[out]`, the first input position. */
  readonly starts: Int32Array;
  /** `[out]`, how many input positions. */
  readonly counts: Int32Array;
  /** `[out × stride]`, fixed-point weights. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/**
 * Weights for the positions `span` of an axis of `from` px that is to have `to` px: pixel centres, the kernel widened by
 * the scale when shrinking (antialias), normalised to sum 1 and rounded half away from zero.
 */
export function computeCoefficients(
  filter: WeighingFilter,
  from: number,
  to: number,
  span: Span = { start: 0, end: to },
): Coefficients {
  const kernel = KERNELS[filter];
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = kernel.support * widening;
  const stride = countWeights(filter, from, to);
  const length = span.end - span.start;
  const coefficients = {
    starts: new Int32Array(length),
    counts: new Int32Array(length),
    weights: new Int32Array(length * stride),
    stride,
  };
  const exact = new Float64Array(stride);
  for (let out = 0; out < length; out++) {
    const centre = (span.start + out + 0.5) * scale;
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

/** Most input positions that an output position of an axis takes from. */
export function countWeights(filter: WeighingFilter, from: number, to: number): number {
  return Math.ceil(KERNELS[filter].support * Math.max(from / to, 1)) * 2 + 1;
}

const KERNELS: Readonly<Record<WeighingFilter, Kernel>> = {
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
