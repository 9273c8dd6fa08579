const SEED = 0x9e3779b9;

/** 0 … count − 1 in a random order that depends on nothing but `count` (Fisher–Yates, xorshift32). */
export function shuffledIndices(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  let state = SEED;
  for (let last = count - 1; last > 0; last--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
