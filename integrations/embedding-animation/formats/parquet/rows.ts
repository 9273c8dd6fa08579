/** Pages into rows. */
import type { Leaf } from './footer.ts';
import type { Page } from './pages.ts';
import type { Values } from './values.ts';

/** A value of a row: texts are decoded, whole numbers of 64 bits are bigint, bytes are views of a page. */
export type Cell = number | bigint | boolean | string | Uint8Array | null;

/** Lists of numbers, one a row. */
export interface NumberLists {
  /** `[rows + 1]`: the list of row i are the numbers from `ends[i]` up to `ends[i + 1]`. */
  readonly ends: Uint32Array;
  /** NaN where a list has no number. */
  readonly numbers: Float64Array | Float32Array;
  /** First row that is null instead of a list. */
  readonly missing: number | undefined;
  /** First row whose list has a place without a number. */
  readonly hole: number | undefined;
}

const decoder = new TextDecoder();

/**
 * One cell a row, from a column that does not repeat.
 * @throws RangeError when there are more or fewer than `rows`
 */
export function readCells(pages: readonly Page[], leaf: Leaf, rows: number): Cell[] {
  const cells: Cell[] = [];
  for (const { count, definitions, values } of pages) {
    let next = 0;
    for (let i = 0; i < count; i++) {
      const isThere = definitions === undefined || definitions[i] === leaf.definitions;
      cells.push(isThere ? toCell(values[next++], leaf) : null);
    }
  }
  checkRows(cells.length, rows);
  return cells;
}

function toCell(value: Values[number] | undefined, { meaning, isUnsigned, type }: Leaf): Cell {
  if (value === undefined) throw new RangeError('a page has fewer values than it says');
  if (value instanceof Uint8Array) return meaning === 'text' ? decoder.decode(value) : value;
  if (meaning === 'boolean') return value === 1;
  if (typeof value === 'bigint') return isUnsigned ? BigInt.asUintN(64, value) : value;
  return isUnsigned && type === 'int32' ? value >>> 0 : value;
}

/**
 * One number a row, from a column of numbers that does not repeat; NaN where a row has none.
 * @throws RangeError when there are more or fewer than `rows`
 */
export function readNumbers(pages: readonly Page[], leaf: Leaf, rows: number): NumberLists {
  const ends = Uint32Array.from({ length: rows + 1 }, (_, row) => row);
  const numbers = allocate(pages, rows);
  let [row, hole]: [number, number | undefined] = [0, undefined];
  for (const { count, definitions, values } of pages) {
    checkRows(Math.max(rows, row + count), rows);
    let next = 0;
    for (let i = 0; i < count; i++, row++) {
      const isThere = definitions === undefined || definitions[i] === leaf.definitions;
      numbers[row] = isThere ? Number(values[next++]) : Number.NaN;
      if (!isThere) hole ??= row;
    }
  }
  checkRows(row, rows);
  return { ends, numbers, missing: undefined, hole };
}

/**
 * One list of numbers a row, from a column in one repeated node.
 * @throws RangeError when there are more or fewer than `rows`
 */
export function readLists(pages: readonly Page[], leaf: Leaf, rows: number): NumberLists {
  const total = pages.reduce((sum, { count }) => sum + count, 0);
  const lists = { ends: new Uint32Array(rows + 1), numbers: allocate(pages, total) };
  const found: { missing: number | undefined; hole: number | undefined } = {
    missing: undefined,
    hole: undefined,
  };
  let [row, size] = [-1, 0];
  for (const { count, definitions, repetitions, values } of pages) {
    let next = 0;
    for (let i = 0; i < count; i++) {
      if (repetitions?.[i] === 0) {
        if (row >= 0) lists.ends[row + 1] = size;
        row++;
        if (row >= rows) checkRows(row + 1, rows);
      } else if (row < 0) throw new RangeError('a column starts in the middle of a row');
      const definition = definitions?.[i] ?? leaf.definitions;
      if (definition === leaf.definitions) lists.numbers[size++] = Number(values[next++]);
      else if (definition >= leaf.elementDefinition) {
        lists.numbers[size++] = Number.NaN;
        found.hole ??= row;
      } else if (definition < leaf.elementDefinition - 1) found.missing ??= row;
    }
  }
  if (row >= 0) lists.ends[row + 1] = size;
  checkRows(row + 1, rows);
  return { ends: lists.ends, numbers: lists.numbers.subarray(0, size), ...found };
}

/** float32 where all values are: half the memory. */
function allocate(pages: readonly Page[], length: number): Float64Array | Float32Array {
  const isFloat32 = pages.every(({ values }) => values instanceof Float32Array || values.length === 0);
  return isFloat32 ? new Float32Array(length) : new Float64Array(length);
}

function checkRows(found: number, rows: number): void {
  if (found !== rows) throw new RangeError(`a column has ${found} rows of ${rows}`);
}
