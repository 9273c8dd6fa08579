/** A bounded memory of what was loaded last. */

/**
 * Wraps `load` so that what was asked for last is at hand: each key is loaded once however many ask at a time, and
 * the longest unused values are dropped beyond the budget. The newest stays whatever its size. A failed load is not
 * kept.
 * @param sizeOf what a value takes of the budget: its bytes, or 1 where values are counted
 * @param budget what all kept values may take together
 */
export function keepRecent<Key, Value>(
  load: (key: Key) => Promise<Value>,
  sizeOf: (value: Value) => number,
  budget: number,
): (key: Key) => Promise<Value> {
  const kept = new Map<Key, { readonly value: Promise<Value>; size: number }>(); // longest unused first
  let total = 0;

  function dropOldest(): void {
    for (const [key, { size }] of kept) {
      if (total <= budget || kept.size === 1) return;
      if (size === 0) continue; // still loading
      kept.delete(key);
      total -= size;
    }
  }

  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key);
      kept.set(key, known);
      return known.value;
    }
    const entry = { value: load(key), size: 0 };
    kept.set(key, entry);
    entry.value.then(
      (value) => {
        entry.size = sizeOf(value);
        total += entry.size;
        dropOldest();
      },
      () => kept.delete(key), // who asked gets the error
    );
    return entry.value;
  };
}
