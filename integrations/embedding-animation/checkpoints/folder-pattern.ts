/** Folders by pattern: `*` stands for any part of one name, `/` leads into a folder, `.` is the run's own folder. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findInAnyForm } from '../files.ts';

/** A folder that fits a pattern. */
export interface PatternMatch {
  /** Path below the run's folder, with forward slashes; `.` is the run's folder itself. */
  readonly name: string;
  /** What each `*` stands for, in order. */
  readonly captures: readonly string[];
}

const START: PatternMatch = { name: '.', captures: [] };

/**
 * Finds the folders below `root` that fit `pattern`, by name, whatever Unicode normal form either is in. Links to folders
 * count; `*` does not find a name that starts with a dot.
 * @throws the file system's error when a folder on the way can't be read
 */
export async function matchFolders(root: string, pattern: string): Promise<PatternMatch[]> {
  let matches = [START];
  for (const segment of pattern === '.' ? [] : pattern.split('/')) {
    matches = (await Promise.all(matches.map((match) => matchBelow(root, match, segment)))).flat();
  }
  return matches;
}

/** Names of the folders in `folder`, sorted; links to folders are among them, hidden ones are not. */
export async function listFolders(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const target = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => entry) : entry;
    if (target.isDirectory()) names.push(entry.name);
  }
  return names.sort();
}

/** `name` in the folder `parent`, which may be `.`. */
export function joinNames(parent: string, name: string): string {
  return parent === '.' ? name : `${parent}/${name}`;
}

async function matchBelow(root: string, parent: PatternMatch, segment: string): Promise<PatternMatch[]> {
  const folder = join(root, parent.name);
  if (!segment.includes('*')) {
    const path = await findInAnyForm(join(folder, segment));
    const found = await stat(path).catch(() => undefined);
    return found?.isDirectory() === true ? [{ ...parent, name: joinNames(parent.name, basename(path)) }] : [];
  }
  const pieces = segment.normalize().split('*');
  return (await listFolders(folder)).flatMap((name) => {
    const captures = matchName(name.normalize(), pieces);
    if (captures === undefined) return [];
    return [{ name: joinNames(parent.name, name), captures: [...parent.captures, ...captures] }];
  });
}

/**
 * What stands between the pieces of a pattern in `name`, the first as long as it can be, then the second, and so on;
 * `undefined` where they are not all there. Each piece is looked for once, from the last: a regular expression would try
 * every way to share a name among its stars.
 */
export function matchName(name: string, pieces: readonly string[]): string[] | undefined {
  const [first = '', ...others] = pieces;
  const captures: string[] = [];
  let end = name.length;
  for (let i = others.length - 1; i >= 0; i--) {
    const piece = others[i]!;
    const isLast = i === others.length - 1;
    const from = end - piece.length;
    const at = from < 0 ? -1 : isLast ? (name.endsWith(piece) ? from : -1) : name.lastIndexOf(piece, from);
    if (at < first.length) return undefined;
    if (!isLast) captures.unshift(name.slice(at + piece.length, end));
    end = at;
  }
  if (!name.startsWith(first)) return undefined;
  return [name.slice(first.length, end), ...captures];
}
