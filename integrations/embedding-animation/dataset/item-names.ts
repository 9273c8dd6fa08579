/** Names for images that lie in a table or an archive rather than in files of their own. */

import { findSameNames } from '../names.ts';

/** Fewest digits of a row's number. */
const DIGITS = 5;
const ABSOLUTE = /^(\/|\\|[a-z]:[\\/])/i;

/** `test/00042` for every row, counted from 0 over the whole split. */
export function nameRows(split: string, rows: number): string[] {
  const digits = Math.max(DIGITS, String(rows - 1).length);
  return Array.from({ length: rows }, (_, row) => `${split}/${String(row).padStart(digits, '0')}`);
}

/**
 * The paths under which images were once stored, as names. Of absolute paths only the last part is used: the rest
 * says where they lay on somebody's machine.
 * @returns `undefined` unless every image has one and no two are the same
 */
export function nameByPaths(paths: readonly unknown[]): string[] | undefined {
  const names = paths.map((path) => {
    if (typeof path !== 'string') return '';
    return ABSOLUTE.test(path)
      ? path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
      : path;
  });
  return names.includes('') || findSameNames(names) !== undefined ? undefined : names;
}
