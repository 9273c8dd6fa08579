/**
 * Names that come from files: compared in any Unicode form, put in order, and shown.
 *
 * A folder and run.yaml, a table and a file system may write one name in two ways: Unicode has `é` as one character or
 * as a letter and a combining accent, and macOS makes file names of the latter kind. Names are compared in their
 * composed form (NFC) and shown as they are, but for their control characters.
 */

/** Finds a name in a list: its index; -1 where it is not there. */
export type FindName = (name: string) => number;

/** Whether two names are the same text. */
export function isSameName(a: string, b: string): boolean {
  return a === b || a.normalize() === b.normalize();
}

/**
 * Looks names up in a list, in whatever normal form either has them. The very same characters win over another form
 * of them, the first of the list over later ones. Takes constant time a name, once the list has been read.
 */
export function indexNames(names: readonly string[]): FindName {
  const exact = new Map<string, number>();
  const composed = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (!exact.has(name)) exact.set(name, index);
    const key = name.normalize();
    if (!composed.has(key)) composed.set(key, index);
  }
  return (name) => exact.get(name) ?? composed.get(name.normalize()) ?? -1;
}

/** Two names of a list that are the same text, be it in two normal forms; `undefined` where all differ. */
export function findSameNames(names: Iterable<string>): readonly [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const name of names) {
    const key = name.normalize();
    const before = seen.get(key);
    if (before !== undefined) return [before, name];
    seen.set(key, name);
  }
  return undefined;
}

// --- one order for names, the same on every machine and in Python's `sorted`

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

// --- any name on a terminal

/** Characters that steer a terminal, end a line or turn its direction, but for the line feed and the tab. */
const STEERING = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * `text` with its control characters written out, `\u001b` for an escape: a name from a file can't move the cursor,
 * colour or hide what is printed. Inside a text in JSON they mean the same as before.
 */
export function showControls(text: string): string {
  return text.replace(STEERING, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
