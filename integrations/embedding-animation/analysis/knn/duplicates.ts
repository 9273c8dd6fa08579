/** Rows that more than k others equal. */
import type { NearestRows } from './top-k.ts';

/**
 * Of rows that more than k others equal, lists those with the lowest indices, as measuring all pairs does: a search stops
 * when it has found k at distance 0.
 * @param nameOf names a row; rows of one name are equal
 */
export function listDuplicates(
  { distances, indices }: NearestRows,
  k: number,
  nameOf: (i: number) => string,
): void {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < indices.length / k; i++) {
    if (distances[(i + 1) * k - 1] !== 0) continue;
    const name = nameOf(i);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [i]);
    else group.push(i);
  }
  for (const group of groups.values()) {
    if (group.length <= k) continue; // their distances are 0, but they are not all equal
    for (const [at, i] of group.entries()) {
      const others = at < k ? [...group.slice(0, at), ...group.slice(at + 1, k + 1)] : group.slice(0, k);
      indices.set(others, i * k);
    }
  }
}
