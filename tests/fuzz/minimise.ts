/** The smallest input that a few hundred tries find. */

const MOST_TRIES = 300;

/** Takes pieces out of `bytes`, halves first, as long as `isFault` says that the fault stays. */
export async function minimise(
  bytes: Uint8Array,
  isFault: (bytes: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let kept = bytes;
  let tries = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length && tries < MOST_TRIES; tries++) {
      const smaller = Buffer.concat([kept.subarray(0, start), kept.subarray(start + size)]);
      if (await isFault(smaller)) kept = smaller;
      else start += size;
    }
  }
  return kept;
}
