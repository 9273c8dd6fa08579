/** Ordinary Procrustes analysis of two maps, in closed form: in the plane no SVD is needed. */
import type { Alignment, Matrix } from '../contracts.ts';
import { squaredDistance } from './linalg/vectors.ts';

/** A map `[n × 2]`. */
type PlanarMap = Matrix<Float64Array>;

/** How one unit shape is aligned with another. */
interface Fit {
  /** Orthogonal 2 × 2 matrix, row-major, applied as `row · matrix`. */
  readonly matrix: readonly [number, number, number, number];
  /** Sum of the singular values of pointsᵀ·reference, 0 … 1. */
  readonly scale: number;
  readonly reflected: boolean;
}

/**
 * Moves, turns, scales and, where that fits better, mirrors `points` onto `reference`. Both are `[n × 2]`; row i of
 * one belongs to row i of the other. The result equals the second matrix and the disparity of
 * `scipy.spatial.procrustes(reference, points)`. A rotation wins a tie against a reflection.
 *
 * A map whose points all coincide has no shape, and SciPy refuses it. Here it becomes all zeros, with disparity 0
 * when the reference's points coincide too and 1 otherwise; a shape on such a reference becomes zeros as well.
 * @throws RangeError when the maps are not `[n × 2]` with the same n
 */
export function alignProcrustes(points: PlanarMap, reference: PlanarMap): Alignment {
  if (points.cols !== 2 || reference.cols !== 2 || points.rows !== reference.rows) {
    const shapes = [points, reference].map(({ rows, cols }) => `[${rows} × ${cols}]`).join(' and ');
    throw new RangeError(`Procrustes analysis takes two maps [n × 2], got ${shapes}`);
  }
  const shape = standardise(points).data;
  const target = standardise(reference).data;
  const { matrix, scale, reflected } = fitOrthogonal(shape, target);
  const [xx, xy, yx, yy] = matrix;
  const data = new Float64Array(shape.length);
  for (let i = 0; i < data.length; i += 2) {
    data[i] = scale * (shape[i]! * xx + shape[i + 1]! * yx);
    data[i + 1] = scale * (shape[i]! * xy + shape[i + 1]! * yy);
  }
  const hasShape = target.some((value) => value !== 0);
  const disparity = hasShape ? squaredDistance(data, target) : Number(shape.some((value) => value !== 0));
  return { points: { rows: points.rows, cols: 2, data }, disparity, reflected };
}

/**
 * The factor √(1 − disparity) by which `alignProcrustes` scales a map of norm 1 so that it fits best: the Frobenius norm
 * of what it gives.
 */
export function procrustesScale(disparity: number): number {
  return Math.sqrt(Math.max(0, 1 - disparity));
}

/**
 * A map centred on the origin and scaled to unit Frobenius norm: the coordinates in which `alignProcrustes` gives its
 * points, and the first matrix of `scipy.spatial.procrustes`. All zeros when all points coincide.
 */
export function standardise({ rows, cols, data }: PlanarMap): PlanarMap {
  const centred = new Float64Array(data.length);
  for (let axis = 0; axis < cols; axis++) {
    // Measured from the first point, coinciding points come out as exact zeros.
    const origin = data[axis] ?? 0;
    let sum = 0;
    for (let i = axis; i < data.length; i += cols) sum += data[i]! - origin;
    const mean = sum / rows;
    for (let i = axis; i < data.length; i += cols) centred[i] = data[i]! - origin - mean;
  }
  const norm = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return { rows, cols, data: norm === 0 ? centred : centred.map((value) => value / norm) };
}

/**
 * The orthogonal matrix R that brings shape·R closest to target, from M = shapeᵀ·target: the best rotation reaches
 * a trace of √((M11+M22)² + (M12−M21)²), the best reflection √((M11−M22)² + (M12+M21)²). The larger of the two is
 * the sum of M's singular values.
 */
function fitOrthogonal(shape: Float64Array, target: Float64Array): Fit {
  let m11 = 0;
  let m12 = 0;
  let m21 = 0;
  let m22 = 0;
  for (let i = 0; i < shape.length; i += 2) {
    m11 += shape[i]! * target[i]!;
    m12 += shape[i]! * target[i + 1]!;
    m21 += shape[i + 1]! * target[i]!;
    m22 += shape[i + 1]! * target[i + 1]!;
  }
  const rotation = Math.hypot(m11 + m22, m12 - m21);
  const reflection = Math.hypot(m11 - m22, m12 + m21);
  if (rotation === 0 && reflection === 0) return { matrix: [1, 0, 0, 1], scale: 0, reflected: false };
  if (rotation >= reflection) {
    const cos = (m11 + m22) / rotation;
    const sin = (m12 - m21) / rotation;
    return { matrix: [cos, sin, -sin, cos], scale: rotation, reflected: false };
  }
  const cos = (m11 - m22) / reflection;
  const sin = (m12 + m21) / reflection;
  return { matrix: [cos, sin, sin, -cos], scale: reflection, reflected: true };
}
