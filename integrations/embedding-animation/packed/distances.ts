/** Distances to neighbours, told from scores. */

/** Below it a score counts as this much: half a step of a packed score, whose logarithm would be infinite at 0. */
const LEAST_SCORE = 0.5 / 65_535;

/**
 * The distances behind one frame's scores. A score is exp(−d / s) with one s for the frame (cleanlab 2.9), so d is
 * in proportion to −ln(score); the factor makes the mean of all `meanDistance`. All are that where every score is 1.
 */
export function distancesOf(scores: Float64Array, meanDistance: number): Float64Array {
  const logarithms = scores.map((score) => Math.log(1 / Math.max(score, LEAST_SCORE)));
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / scores.length;
  return logarithms.map((value) => (mean === 0 ? meanDistance : (value * meanDistance) / mean));
}
