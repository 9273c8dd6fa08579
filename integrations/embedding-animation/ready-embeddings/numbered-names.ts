/** Names that differ in a number: `dim_0`, `dim_1`, …, one a dimension. */

/** Texts around the number. */
export interface NamePattern {
  readonly before: string;
  readonly after: string;
}

interface Named {
  readonly name: string;
}

/** Fewer are no dimensions: a score may be called `f1`. */
const FEWEST = 2;
const DIGITS = /^\d{1,7}$/;

/** Whether a name has one `*`, which stands for a number. */
export function isPattern(name: string): boolean {
  return name.split('*').length === 2;
}

/**
 * The columns that are called alike and numbered through, from 0 or 1 up: a list for each name without its number,
 * each in the order of the numbers.
 * @param pattern where the number stands. @default at the end
 */
export function orderByNumber<Column extends Named>(
  columns: readonly Column[],
  pattern?: NamePattern,
): Column[][] {
  const families = new Map<string, Map<number, Column>>();
  for (const column of columns) {
    const { before, digits } = split(column.name, pattern);
    if (!DIGITS.test(digits)) continue;
    const family = families.get(before) ?? new Map<number, Column>();
    families.set(before, family.set(Number(digits), column));
  }
  return [...families.values()]
    .filter((family) => family.size >= FEWEST)
    .map((family) => [...family].sort(([a], [b]) => a - b))
    .filter((family) => isNumberedThrough(family.map(([number]) => number)))
    .map((family) => family.map(([, column]) => column));
}

function split(name: string, pattern: NamePattern | undefined): { before: string; digits: string } {
  if (pattern !== undefined) {
    const { before, after } = pattern;
    return { before, digits: name.slice(before.length, name.length - after.length) };
  }
  let end = name.length;
  while (end > 0 && DIGITS.test(name.charAt(end - 1))) end--;
  return { before: name.slice(0, end), digits: name.slice(end) };
}

function isNumberedThrough(numbers: readonly number[]): boolean {
  const [first = 0] = numbers;
  return first <= 1 && numbers.every((number, i) => number === first + i);
}
