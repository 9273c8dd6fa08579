/** One order for names, the same on every machine and in Python's `sorted`. */

/** Compares by Unicode code point, never by locale. UTF-8 bytes are in code-point order; UTF-16 units are not. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The distinct names, in code-point order. */
export function sortDistinct(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(compareCodePoints);
}
