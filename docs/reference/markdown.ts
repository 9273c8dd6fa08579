/** Pieces of Markdown that the reference pages are made of. */
import type { OptionEntry } from './option-entries.ts';

/** A table; cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Each key under a heading of its own, so that it can be linked to: type, default, effect.
 * @param level of the headings of keys that stand in no other key
 */
export function describeOptions(entries: readonly OptionEntry[], level = 2): string {
  return entries.map((entry) => describeOption(entry, level)).join('\n\n');
}

function describeOption(entry: OptionEntry, level: number): string {
  const depth = Math.min(level + entry.path.split('.').length - 1, 4);
  const facts = entry.isGroup
    ? entry.isRequired
      ? 'Required.'
      : undefined
    : `**Type:** ${entry.type}<br />${describeDefault(entry)}`;
  return [`${'#'.repeat(depth)} \`${entry.path}\``, facts, entry.text]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

function describeDefault({ isRequired, defaultText, isLiteralDefault }: OptionEntry): string {
  if (isRequired) return '**Required**';
  if (defaultText === undefined) return '**Default:** none';
  return `**Default:** ${isLiteralDefault ? `\`${defaultText}\`` : defaultText}`;
}
