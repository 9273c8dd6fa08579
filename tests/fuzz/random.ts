/** Pseudo-random numbers that one seed decides. */

/** Draws from a fixed sequence. */
export interface Random {
  /** A whole number from 0 up to but not including `end`; 0 where `end` is 0. */
  below(end: number): number;
  /** Whether something with this probability happens. */
  chance(probability: number): boolean;
  /** One of the items, which are not none. */
  pick<Item>(items: readonly Item[]): Item;
}

/** The sequence of `seed`: mulberry32 over the seed's FNV-1a hash. */
export function openRandom(seed: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)]!,
  };
}
