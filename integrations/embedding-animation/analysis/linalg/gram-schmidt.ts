import { combine, dot, norm } from './vectors.ts';

/** A direction shorter than this, relative to what it came from, is rounding noise. */
const NOISE = 1e-13;

/** A vector that keeps this share of its length has lost few digits, and is at right angles to what was removed. */
const KEPT_SHARE = Math.SQRT1_2;

/**
 * Unit vectors at right angles to `basis` and to each other that span what `vectors` add to it. A vector that adds
 * less than rounding noise is left out. What is left of a long vector holds rounding errors that are long against
 * itself: then components are removed twice (Daniel, Gragg, Kaufman and Stewart, 1976).
 * @param basis orthonormal vectors
 * @param scale length against which noise is told
 */
export function orthonormalise(
  vectors: readonly Float64Array[],
  basis: readonly Float64Array[],
  scale: number,
): Float64Array[] {
  const all = [...basis];
  for (const vector of vectors) {
    const rest = removeComponents(vector, all);
    const length = norm(rest);
    if (length <= NOISE * scale) continue;
    const isClean = length >= KEPT_SHARE * norm(vector);
    makeUnit(rest);
    all.push(isClean ? rest : makeUnit(removeComponents(rest, all)));
  }
  return all.slice(basis.length);
}

/** `vector` without its components along the orthonormal `basis`. */
export function removeComponents(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = vector.slice();
  if (basis.length === 0) return rest;
  const along = combine(
    basis,
    Float64Array.from(basis, (axis) => dot(axis, vector)),
  );
  for (let i = 0; i < rest.length; i++) rest[i]! -= along[i]!;
  return rest;
}

/** Scales a vector to length 1, in place. */
function makeUnit(vector: Float64Array): Float64Array {
  const length = norm(vector);
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}
