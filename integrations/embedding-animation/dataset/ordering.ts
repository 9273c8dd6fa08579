/** One order for names, the same on every machine and in Python's `sorted`. */

/** Compares by Unicode code point, never by locale. UTF-8 bytes are in code-point order; UTF-16 units are not. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Compares names by the code points of their composed form: a set is in one order whatever the file system makes of
 * its names. Two forms of one name are in the order of their own code points.
 */
export function compareNames(a: string, b: string): number {
  return compareCodePoints(a.normalize(), b.normalize()) || compareCodePoints(a, b);
}

/** The distinct names, in the order of `compareNames`. */
export function sortDistinct(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(compareNames);
}
