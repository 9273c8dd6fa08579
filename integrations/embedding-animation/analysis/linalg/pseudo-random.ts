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
