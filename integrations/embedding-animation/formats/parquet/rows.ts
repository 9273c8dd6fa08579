/** What hyparquet makes of a column, in forms that go from process to process without a copy of each value. */
import type { Leaf } from './schema.ts';

/** A value of a row: texts are decoded, whole numbers of 64 bits are bigint. */
export type Cell = number | bigint | boolean | string | Uint8Array | null;

/** Lists of numbers, one a row. */
export interface NumberLists {
  /** `[rows + 1]`: the list of row i are the numbers from `ends[i]` up to `ends[i + 1]`. */
  readonly ends: Float64Array<ArrayBuffer>;
  /** NaN where a list has no number. */
  readonly numbers: Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** First row that is null instead of a list. */
  readonly missing: number | undefined;
  /** First row whose list has a place without a number. */
  readonly hole: number | undefined;
}

/** The cells of a column: those of bytes in one piece of memory. */
export type PackedCells =
  | { readonly cells: readonly Cell[] }
  | {
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** `[rows + 1]`. */
      readonly ends: Float64Array<ArrayBuffer>;
      /** Rows that are null. */
      readonly nulls: readonly number[];
    };

/**
 * Takes the values of a column as they go to another process.
 * @throws RangeError for a value that is no cell
 */
export function packCells(values: readonly unknown[], { meaning }: Leaf): PackedCells {
  if (meaning !== 'bytes') return { cells: values.map(toCell) };
  const ends = new Float64Array(values.length + 1);
  const nulls: number[] = [];
  for (const [row, value] of values.entries()) {
    const isThere = value instanceof Uint8Array;
    if (!isThere) nulls.push(row);
    ends[row + 1] = ends[row]! + (isThere ? value.length : 0);
  }
  const bytes = new Uint8Array(ends[values.length]!);
  for (const [row, value] of values.entries()) if (value instanceof Uint8Array) bytes.set(value, ends[row]);
  return { bytes, ends, nulls };
}

/** The cells that `packCells` took; bytes are views of one piece of memory. */
export function unpackCells(packed: PackedCells): Cell[] {
  if ('cells' in packed) return [...packed.cells];
  const { bytes, ends, nulls } = packed;
  const cells = Array.from({ length: ends.length - 1 }, (_, row): Cell =>
    bytes.subarray(ends[row], ends[row + 1]),
  );
  for (const row of nulls) cells[row] = null;
  return cells;
}

function toCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  throw new RangeError('a column holds values of another type than it says');
}

/**
 * Numbers, or lists of them, one a row. A list may lie in groups that have nothing else in them.
 * @throws RangeError for other values
 */
export function packNumbers(values: readonly unknown[], { repetitions, isFloat32 }: Leaf): NumberLists {
  const lists = values.map((value) => (repetitions === 0 ? [value] : findList(value)));
  const ends = new Float64Array(lists.length + 1);
  for (const [row, list] of lists.entries()) ends[row + 1] = ends[row]! + (list?.length ?? 0);
  const total = ends[lists.length]!;
  const numbers = isFloat32 ? new Float32Array(total) : new Float64Array(total);
  let [missing, hole]: (number | undefined)[] = [];
  for (const [row, list] of lists.entries()) {
    if (list === undefined) missing ??= row;
    const first = ends[row]!;
    for (let i = 0; i < (list?.length ?? 0); i++) {
      const number = toNumber(list![i]); // the loop does not run without a list
      if (number === undefined) hole ??= row;
      numbers[first + i] = number ?? Number.NaN;
    }
  }
  return { ends, numbers, missing, hole };
}

function findList(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return value as ArrayLike<unknown>; // never a DataView
  const inner = onlyField(value);
  return inner === undefined || inner === null ? undefined : findList(inner);
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value === undefined || value === null) return undefined;
  const inner = onlyField(value);
  if (inner === undefined) throw new RangeError('a column holds values of another type than it says');
  return toNumber(inner);
}

/** The value of an object that has one field. */
function onlyField(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: unknown[] = Object.values(value);
  return fields.length === 1 ? fields[0] : undefined;
}
