/** Text in columns. */

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
