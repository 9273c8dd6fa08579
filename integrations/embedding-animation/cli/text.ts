/** Text for people at a terminal: columns, counts, and what somebody may have meant. */

const GAP = '  ';

/** What is left for the last column below this width is no column. */
const NARROWEST = 24;

/** One line a row; every column but the last is as wide as its widest cell. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, { length }] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join(GAP)
      .trimEnd(),
  );
}

/**
 * Terms with what they mean beside them, both within `columns`; below them where there is no room beside.
 * @param indent spaces before each term
 */
export function formatTerms(
  rows: readonly (readonly [term: string, meaning: string])[],
  columns: number,
  indent = '  ',
): string[] {
  const widest = Math.max(...rows.map(([term]) => term.length));
  const beside = indent.length + widest + GAP.length;
  const isNarrow = columns - beside < NARROWEST;
  const margin = isNarrow ? `${indent}    ` : ' '.repeat(beside);
  return rows.flatMap(([term, meaning]) => {
    const [first = '', ...rest] = wrapText(meaning, columns - margin.length);
    const lines = rest.map((line) => `${margin}${line}`);
    if (isNarrow) return [`${indent}${term}`, `${margin}${first}`, ...lines];
    return [`${indent}${term.padEnd(widest)}${GAP}${first}`.trimEnd(), ...lines];
  });
}

/** Lines of at most `columns` letters; a longer word has a line of its own. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Bytes for people: `1.6 MB`, in powers of ten as hosts count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]!}`;
}

/** A count with its unit: `1,943 images`, `1 image`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/**
 * The candidate that `typed` differs least from, by letters that are missing, added, changed or swapped; `undefined`
 * where none is near: at most a third of the letters may differ.
 */
export function findNearest(typed: string, candidates: Iterable<string>): string | undefined {
  let nearest: { readonly name: string; readonly distance: number } | undefined;
  for (const name of candidates) {
    const distance = editDistance(typed.normalize().toLowerCase(), name.normalize().toLowerCase());
    if (distance > Math.max(1, Math.floor(name.length / 3))) continue;
    if (nearest === undefined || distance < nearest.distance) nearest = { name, distance };
  }
  return nearest?.name;
}

/** Restricted Damerau–Levenshtein distance (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
