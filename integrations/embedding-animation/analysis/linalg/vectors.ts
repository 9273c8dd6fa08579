/** Vectors of float64 numbers: products, lengths, sums and means. */

/**
 * Σ aᵢbᵢ over the length of the shorter. Four sums that do not wait for each other run twice as fast as one, and
 * twice again when V8 sees from the loop's end that neither index is out of bounds.
 */
export function dot(a: Float64Array, b: Float64Array): number {
  const length = Math.min(a.length, b.length);
  const whole = length & ~3;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}

/** Σ (aᵢ − bᵢ)² over the length of the shorter. */
export function squaredDistance(a: Float64Array, b: Float64Array): number {
  const length = Math.min(a.length, b.length);
  const whole = length & ~3;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    const d0 = a[i]! - b[i]!;
    const d1 = a[i + 1]! - b[i + 1]!;
    const d2 = a[i + 2]! - b[i + 2]!;
    const d3 = a[i + 3]! - b[i + 3]!;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (let i = whole; i < length; i++) s0 += (a[i]! - b[i]!) ** 2;
  return s0 + s1 + (s2 + s3);
}

/** Euclidean length. */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** The arithmetic mean; NaN of no values. */
export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** target += factor · a, in place. */
export function addScaled(target: Float64Array, factor: number, a: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * a[i]!;
}

/** Σ factorᵢ · vectorᵢ: four vectors share each load and store of the sum. At least one vector. */
export function combine(vectors: readonly Float64Array[], factors: Float64Array): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  const whole = vectors.length & ~3;
  for (let k = 0; k < whole; k += 4) {
    addFour(sum, factors.subarray(k), vectors[k]!, vectors[k + 1]!, vectors[k + 2]!, vectors[k + 3]!);
  }
  for (let k = whole; k < vectors.length; k++) addScaled(sum, factors[k]!, vectors[k]!);
  return sum;
}

function addFour(
  sum: Float64Array,
  [fp, fq, fr, fs]: Float64Array,
  p: Float64Array,
  q: Float64Array,
  r: Float64Array,
  s: Float64Array,
): void {
  for (let i = 0; i < sum.length; i++) {
    sum[i]! += fp! * p[i]! + fq! * q[i]! + (fr! * r[i]! + fs! * s[i]!);
  }
}

/** a − b. */
export function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

/**
 * `count` vectors of numbers in [−0.5, 0.5), always the same: the mixing steps of a Weyl sequence (Steele et al.,
 * SplitMix, 2014).
 */
export function fixedVectors(size: number, count: number): Float64Array[] {
  let state = 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32 - 0.5;
  };
  return Array.from({ length: count }, () => Float64Array.from({ length: size }, next));
}
