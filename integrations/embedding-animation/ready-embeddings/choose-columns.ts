/** Which columns of a Parquet file are the embedding: those that surely are, or that run.yaml names. */
import { z } from 'zod';
import { makeError, type EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import { parseJson } from '../formats/json.ts';
import type { Leaf, ParquetFile, SchemaNode } from '../formats/parquet/index.ts';

/** The columns of an embedding. */
export interface ChosenColumns {
  /** One column of lists, or columns of numbers, one a dimension. */
  readonly form: 'lists' | 'numbers';
  readonly leaves: readonly Leaf[];
  /** Columns that are left aside, in the file's order. */
  readonly unused: readonly string[];
  /** The columns that were chosen where they are not the first that could be; decides what is read. */
  readonly choice: readonly string[] | undefined;
}

/** A column by its name. */
interface Column {
  readonly name: string;
  readonly form: 'list' | 'number' | 'other';
  readonly isFloat: boolean;
  readonly leaf: Leaf | undefined;
}

/** Names that say what a column holds. */
export const NAMES: readonly string[] = ['embedding', 'embeddings'];
/** Under this key pandas tells which columns were the index of a frame. */
const PANDAS = 'pandas';
const pandasSchema = z.object({ index_columns: z.array(z.unknown()) });

/**
 * Chooses the columns: what `wanted` names; else the lists of numbers called `embedding` or `embeddings`; else the
 * only lists of floats; else floats that are called alike and numbered through. What pandas stored as an index is
 * none of them.
 * @param wanted a column of lists, or columns that are numbered, with `*` in the place of the number
 * @throws EmbeddingAnimationError `EmbeddingsInvalid` where it isn't sure
 */
export function chooseColumns(
  { root, metadata }: Pick<ParquetFile, 'root' | 'metadata'>,
  wanted: string | undefined,
  place: ErrorPlace,
): ChosenColumns {
  const columns = root.children.map(describeColumn);
  const index = readPandasIndex(metadata.get(PANDAS));
  const chosen =
    wanted === undefined
      ? chooseCertain(
          columns.filter(({ name }) => !index.has(name)),
          columns,
          place,
        )
      : chooseWanted(columns, wanted, place);
  const names = new Set(chosen.map(({ name }) => name));
  return {
    form: chosen[0]!.form === 'list' ? 'lists' : 'numbers',
    leaves: chosen.map(({ leaf }) => leaf!), // chosen ones have values
    unused: columns.filter(({ name }) => !names.has(name)).map(({ name }) => name),
    choice: isFirst(chosen, columns) ? undefined : [...names],
  };
}

function chooseCertain(
  candidates: readonly Column[],
  all: readonly Column[],
  place: ErrorPlace,
): readonly Column[] {
  const named = candidates.filter(({ name, form }) => NAMES.includes(name) && form !== 'number');
  const lists = candidates.filter(({ form, isFloat }) => form === 'list' && isFloat);
  const [only, ...others] = named.length > 0 ? named : lists;
  if (only !== undefined) {
    if (others.length > 0) throw ambiguous([only, ...others], place);
    if (only.form !== 'list') throw notNumbers(only, place);
    return [only];
  }
  const floats = candidates.filter(({ form, isFloat }) => form === 'number' && isFloat);
  if (floats.length === 0) throw noColumn(all, place);
  const families = orderByNumber(floats);
  const [family] = families;
  if (family === undefined || families.length > 1) throw ambiguous(floats, place);
  return family;
}

function chooseWanted(columns: readonly Column[], wanted: string, place: ErrorPlace): readonly Column[] {
  const exact = columns.find(({ name }) => name === wanted);
  if (exact?.form === 'list') return [exact];
  const [before = '', after = ''] = wanted.split('*');
  const numbered = isPattern(wanted)
    ? columns.filter(({ name, form }) => form === 'number' && name.startsWith(before) && name.endsWith(after))
    : [];
  const [family] = orderByNumber(numbered, { before, after });
  if (family !== undefined) return family;
  if (exact !== undefined) throw notNumbers(exact, place);
  const facts = { column: wanted, there: quote(columns) };
  throw makeError('EmbeddingsInvalid', 'columnMissing', facts, place);
}

function describeColumn(node: SchemaNode): Column {
  const leaf = findLeaf(node);
  const isFloat = leaf?.meaning === 'float';
  const isNumber = isFloat || leaf?.meaning === 'integer';
  const form = !isNumber
    ? 'other'
    : leaf.repetitions === 1
      ? 'list'
      : node.leaf === leaf
        ? 'number'
        : 'other';
  return { name: node.name, form, isFloat, leaf };
}

/** What has values where only one column does: a list's elements, a structure with one field. */
function findLeaf({ leaf, children }: SchemaNode): Leaf | undefined {
  if (leaf !== undefined) return leaf;
  return children.length === 1 ? findLeaf(children[0]!) : undefined;
}

/** Names of the columns that were a frame's index; a range has none. */
function readPandasIndex(text: string | undefined): ReadonlySet<string> {
  if (text === undefined) return new Set();
  try {
    const { data } = pandasSchema.safeParse(parseJson(text));
    return new Set((data?.index_columns ?? []).filter((name) => typeof name === 'string'));
  } catch {
    return new Set(); // not JSON: written by something else under the same key
  }
}

/** Whether nothing but names and types decided: the first column called so, or every float in the file's order. */
function isFirst(chosen: readonly Column[], columns: readonly Column[]): boolean {
  const [first] = chosen;
  if (first?.form === 'list')
    return first === columns.find(({ name, form }) => NAMES.includes(name) && form === 'list');
  const floats = columns.filter(({ form, isFloat }) => form === 'number' && isFloat);
  return floats.length === chosen.length && floats.every((column, i) => column === chosen[i]);
}

function quote(columns: readonly Pick<Column, 'name'>[]): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}

function ambiguous(columns: readonly Column[], place: ErrorPlace): EmbeddingAnimationError {
  return makeError('EmbeddingsInvalid', 'ambiguousColumns', { columns: quote(columns) }, place);
}

function notNumbers({ name: column, leaf }: Column, place: ErrorPlace): EmbeddingAnimationError {
  return leaf?.repetitions === 1
    ? makeError('EmbeddingsInvalid', 'rowNotANumber', { row: 0, column, holds: 'something else' }, place)
    : makeError('EmbeddingsInvalid', 'columnWithoutLists', { column }, place);
}

function noColumn(columns: readonly Column[], place: ErrorPlace): EmbeddingAnimationError {
  const names = columns.map(({ name }) => name).join(', ');
  return makeError('EmbeddingsInvalid', 'noColumns', { columns: names }, place);
}

// --- names that differ in a number: `dim_0`, `dim_1`, …, one a dimension

/** Texts around the number. */
interface NamePattern {
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
function isPattern(name: string): boolean {
  return name.split('*').length === 2;
}

/**
 * The columns that are called alike and numbered through, from 0 or 1 up: a list for each name without its number,
 * each in the order of the numbers.
 * @param pattern where the number stands. @default at the end
 */
function orderByNumber<Column extends Named>(columns: readonly Column[], pattern?: NamePattern): Column[][] {
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
