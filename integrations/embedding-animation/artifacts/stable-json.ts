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

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Longest line that a list or an object is put on as a whole. */
const LINE_LENGTH = 110;

/** Stable JSON for people to read and compare: keys sorted, lines filled, a line break at the end. */
export function formatJson(value: unknown): string {
  const plain: unknown = JSON.parse(stableJson(value));
  return `${format(plain, '')}\n`;
}

function format(value: unknown, indent: string): string {
  const line = JSON.stringify(value);
  if (value === null || typeof value !== 'object' || line.length + indent.length < LINE_LENGTH) return line;
  const deeper = `${indent}  `;
  const [open, close, parts] = Array.isArray(value)
    ? ['[', ']', value.map((item: unknown) => format(item, deeper))]
    : [
        '{',
        '}',
        Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${format(item, deeper)}`),
      ];
  return `${open}\n${deeper}${fillLines(parts, deeper.length).join(`,\n${deeper}`)}\n${indent}${close}`;
}

/** Puts as many parts on a line as fit; a part of several lines keeps its own. */
function fillLines(parts: readonly string[], indent: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = `${lines.at(-1) ?? ''}, ${part}`;
    if (lines.length > 0 && !joined.includes('\n') && joined.length + indent < LINE_LENGTH) {
      lines[lines.length - 1] = joined;
    } else lines.push(part);
  }
  return lines;
}
