/**
 * Bicubic interpolation along one axis as PyTorch's `interpolate(align_corners=False)` does it
 * (aten/src/ATen/native: UpSampleKernel.cpp, UpSample.h). Output centres lie at (i + ½)·scale − ½.
 */
import type { Interpolation } from '../vision-transformer.ts';

/** Keys' parameter: PyTorch takes −0.75, and with antialias −0.5 as Pillow does. */
const SHARPNESS = { cubic: -0.75, antialiased: -0.5 } as const;
const SUPPORT = 2;

/** Gives the linear map from `from` samples to `to` samples, row-major `[to × from]`. */
export function interpolationMatrix(kind: Interpolation, from: number, to: number): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let out = 0; out < to; out++) {
    const row = matrix.subarray(out * from, (out + 1) * from);
    if (kind === 'cubic') fillCubic(row, ((out + 0.5) * from) / to - 0.5);
    else fillAntialiased(row, ((out + 0.5) * from) / to, Math.max(from / to, 1));
  }
  return matrix;
}

/** Four samples around `position`; those beyond the ends are the end's. */
function fillCubic(row: Float32Array, position: number): void {
  const first = Math.floor(position) - 1;
  for (let sample = first; sample < first + 2 * SUPPORT; sample++) {
    const inside = Math.min(Math.max(sample, 0), row.length - 1);
    row[inside]! += weighCubic(position - sample, SHARPNESS.cubic);
  }
}

/** All samples under the kernel, which is `widening` times as wide; those beyond the ends are left out. */
function fillAntialiased(row: Float32Array, centre: number, widening: number): void {
  const start = Math.max(Math.trunc(centre - SUPPORT * widening + 0.5), 0);
  const end = Math.min(Math.trunc(centre + SUPPORT * widening + 0.5), row.length);
  let sum = 0;
  for (let sample = start; sample < end; sample++) {
    sum += weighCubic((sample - centre + 0.5) / widening, SHARPNESS.antialiased);
  }
  for (let sample = start; sample < end; sample++) {
    row[sample] = weighCubic((sample - centre + 0.5) / widening, SHARPNESS.antialiased) / sum;
  }
}

/** Keys' cubic convolution (1981) with parameter `a`. */
function weighCubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}
