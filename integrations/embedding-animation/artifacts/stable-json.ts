import { createHash } from 'node:crypto';

/** JSON with sorted keys, so that equal values give equal bytes. `undefined` members are left out. */
export function stableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, sortKeys, indent);
}

/** sha256 (hex) of a value's stable JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(stableJson(value)).digest('hex');
}

/** What `text` says, or `undefined` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Rounds to `digits` significant digits: the one place where published numbers are rounded. */
export function roundTo(value: number, digits = 7): number {
  return Number(value.toPrecision(digits));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
