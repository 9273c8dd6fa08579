import { addScaled, dot, norm } from './dense.ts';

/** A direction shorter than this, relative to what it came from, is rounding noise. */
const NOISE = 1e-13;

/**
 * Unit vectors at right angles to `basis` and to each other that span what `vectors` add to it. A vector that adds
 * less than rounding noise is left out.
 * @param basis orthonormal vectors
 * @param scale length against which noise is told
 */
export function orthonormalise(
  vectors: readonly Float64Array[],
  basis: readonly Float64Array[],
  scale: number,
): Float64Array[] {
  const added: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = removeComponents(vector, [...basis, ...added]);
    if (norm(rest) <= NOISE * scale) continue;
    // Twice: what is left of a long vector holds rounding errors that are long against itself.
    added.push(unit(removeComponents(unit(rest), [...basis, ...added])));
  }
  return added;
}

/** `vector` without its components along the orthonormal `basis`. */
export function removeComponents(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = vector.slice();
  for (const axis of basis) addScaled(rest, -dot(axis, rest), axis);
  return rest;
}

function unit(vector: Float64Array): Float64Array {
  const length = norm(vector);
  return vector.map((value) => value / length);
}
