/** Ordinary Procrustes analysis of two maps, in closed form: in the plane no SVD is needed. */
import type { Alignment, Matrix } from '../contracts.ts';
import { squaredDistance } from './linalg/vectors.ts';

/** A map `[n × 2]`. */
export type PlanarMap = Matrix<Float64Array>;

/** A 2 × 2 matrix, row-major, applied as `row · matrix`. */
export type Matrix2 = readonly [number, number, number, number];

/** The orthogonal matrix that brings a map closest to another. */
export interface OrthogonalFit {
  readonly matrix: Matrix2;
  /** The trace of matrixᵀ·M that it reaches, M being the maps' product: of unit shapes the best scale, 0 … 1. */
  readonly scale: number;
  readonly reflected: boolean;
  /** (t − t′) / t of the best rotation and the best reflection, 0 … 1; `undefined` where only rotations may be chosen. */
  readonly mirrorGap: number | undefined;
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
  checkMaps([points, reference]);
  return alignStandardised(standardise(points), standardise(reference));
}

/** `alignProcrustes` of maps that `standardise` gives. */
export function alignStandardised(shape: PlanarMap, target: PlanarMap): Alignment {
  const { matrix, scale, reflected, mirrorGap } = fitOrthogonal(multiplyMaps(shape, target), true);
  const aligned = turn(shape, matrix, scale);
  const hasShape = target.data.some((value) => value !== 0);
  const disparity = hasShape
    ? squaredDistance(aligned.data, target.data)
    : Number(shape.data.some((value) => value !== 0));
  return { points: aligned, disparity, reflected, mirrorGap };
}

/**
 * Checks that maps can be aligned to each other.
 * @throws RangeError when they are not `[n × 2]` with the same n
 */
export function checkMaps(maps: readonly PlanarMap[]): void {
  if (maps.every(({ rows, cols }) => cols === 2 && rows === maps[0]!.rows)) return;
  const shapes = [...new Set(maps.map(({ rows, cols }) => `[${rows} × ${cols}]`))].join(' and ');
  throw new RangeError(`Procrustes analysis takes maps [n × 2] with the same n, got ${shapes}`);
}

/**
 * A map centred on the origin and scaled to unit Frobenius norm: the coordinates in which `alignProcrustes` gives its
 * points, and the first matrix of `scipy.spatial.procrustes`. All zeros when all points coincide.
 */
export function standardise(map: PlanarMap): PlanarMap {
  const centred = centre(map);
  const norm = frobeniusNorm(centred);
  return norm === 0 ? centred : { ...centred, data: centred.data.map((value) => value / norm) };
}

/** A map centred on the origin. Points that all coincide become exact zeros. */
export function centre({ rows, cols, data }: PlanarMap): PlanarMap {
  const centred = new Float64Array(data.length);
  for (let axis = 0; axis < cols; axis++) {
    // Measured from the first point, coinciding points come out as exact zeros.
    const origin = data[axis] ?? 0;
    let sum = 0;
    for (let i = axis; i < data.length; i += cols) sum += data[i]! - origin;
    const mean = sum / rows;
    for (let i = axis; i < data.length; i += cols) centred[i] = data[i]! - origin - mean;
  }
  return { rows, cols, data: centred };
}

/** The square root of the sum of all squares. */
export function frobeniusNorm({ data }: PlanarMap): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
}

/** scale · (map · matrix). */
export function turn({ rows, data }: PlanarMap, [xx, xy, yx, yy]: Matrix2, scale = 1): PlanarMap {
  const turned = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 2) {
    turned[i] = scale * (data[i]! * xx + data[i + 1]! * yx);
    turned[i + 1] = scale * (data[i]! * xy + data[i + 1]! * yy);
  }
  return { rows, cols: 2, data: turned };
}

/** shapeᵀ·target of two centred maps. */
export function multiplyMaps({ data: shape }: PlanarMap, { data: target }: PlanarMap): Matrix2 {
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
  return [m11, m12, m21, m22];
}

/**
 * The orthogonal matrix R that brings shape·R closest to target, from M = shapeᵀ·target: the best rotation or the best
 * reflection, whichever reaches more, which is the sum of M's singular values. A rotation wins a tie.
 * @param mayReflect whether a reflection may be chosen
 */
export function fitOrthogonal(product: Matrix2, mayReflect: boolean): OrthogonalFit {
  const rotation = fitRotation(product);
  if (!mayReflect) return { ...rotation, reflected: false, mirrorGap: undefined };
  const reflection = fitReflection(product);
  const reflected = reflection.scale > rotation.scale;
  const [better, other] = reflected ? [reflection, rotation] : [rotation, reflection];
  const mirrorGap = better.scale === 0 ? 0 : (better.scale - other.scale) / better.scale;
  return { ...better, reflected, mirrorGap };
}

/** An orthogonal matrix, and the trace that it reaches. */
type BestOfKind = Pick<OrthogonalFit, 'matrix' | 'scale'>;

/** The best rotation reaches √((M11+M22)² + (M12−M21)²); none where that is 0. */
export function fitRotation([m11, m12, m21, m22]: Matrix2): BestOfKind {
  const scale = Math.hypot(m11 + m22, m12 - m21);
  if (scale === 0) return { matrix: [1, 0, 0, 1], scale };
  const cos = (m11 + m22) / scale;
  const sin = (m12 - m21) / scale;
  return { matrix: [cos, sin, -sin, cos], scale };
}

/** The best reflection reaches √((M11−M22)² + (M12+M21)²); across the first axis where that is 0. */
export function fitReflection([m11, m12, m21, m22]: Matrix2): BestOfKind {
  const scale = Math.hypot(m11 - m22, m12 + m21);
  if (scale === 0) return { matrix: [1, 0, 0, -1], scale };
  const cos = (m11 - m22) / scale;
  const sin = (m12 + m21) / scale;
  return { matrix: [cos, sin, sin, -cos], scale };
}

/** Whether an orthogonal matrix mirrors. */
export function isReflection([xx, xy, yx, yy]: Matrix2): boolean {
  return xx * yy - xy * yx < 0;
}
