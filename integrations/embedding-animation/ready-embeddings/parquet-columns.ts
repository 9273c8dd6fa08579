/** Columns of a Parquet file into one matrix, a row group at a time. */
import type { ParquetScan } from 'hyparquet';
import type { Embeddings } from '../contracts.ts';
import { makeError, type ErrorPlace } from '../errors.ts';

/** An open file, of which ranges of rows can be read. */
export type TableScan = Pick<ParquetScan, 'ranges' | 'readColumn'>;

interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/** Values as the library decodes them: a number, a list, null where one is missing. */
type Values = ArrayLike<unknown>;

/** Length of the first list of the column `name`, which has a row. */
export async function readListWidth(scan: TableScan, name: string, place: ErrorPlace): Promise<number> {
  const [range] = scan.ranges;
  const first: Values = await scan.readColumn({
    column: name,
    rowStart: 0,
    rowEnd: range === undefined ? 0 : 1,
  });
  return asList(first[0], 0, name, place).length;
}

/** The lists of the column `name` as rows. */
export async function readLists(
  scan: TableScan,
  name: string,
  shape: Shape,
  place: ErrorPlace,
): Promise<Embeddings> {
  const { cols } = shape;
  const data = new Float32Array(shape.rows * shape.cols);
  for (const { rowStart, rowEnd } of scan.ranges) {
    const lists: Values = await scan.readColumn({ column: name, rowStart, rowEnd });
    for (let row = rowStart; row < rowEnd; row++) {
      const list = asList(lists[row - rowStart], row, name, place);
      if (list.length !== cols) {
        const facts = { row, column: name, length: list.length, first: cols };
        throw makeError('EmbeddingsInvalid', 'rowLength', facts, place);
      }
      for (let col = 0; col < cols; col++) data[row * cols + col] = asNumber(list[col], row, name, place);
    }
  }
  return { ...shape, data };
}

/** The columns `names`, one a dimension. */
export async function readNumberColumns(
  scan: TableScan,
  names: readonly string[],
  shape: Shape,
  place: ErrorPlace,
): Promise<Embeddings> {
  const data = new Float32Array(shape.rows * shape.cols);
  for (const { rowStart, rowEnd } of scan.ranges) {
    for (const [col, name] of names.entries()) {
      const values: Values = await scan.readColumn({ column: name, rowStart, rowEnd });
      for (let row = rowStart; row < rowEnd; row++)
        data[row * shape.cols + col] = asNumber(values[row - rowStart], row, name, place);
    }
  }
  return { ...shape, data };
}

function asList(value: unknown, row: number, name: string, place: ErrorPlace): Values {
  if (isValues(value)) return value;
  throw makeError('EmbeddingsInvalid', 'rowNotAList', { row, column: name }, place);
}

function isValues(value: unknown): value is Values {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

function asNumber(value: unknown, row: number, name: string, place: ErrorPlace): number {
  if (typeof value === 'number') return value;
  const holds = value === null ? 'nothing' : 'something else';
  throw makeError('EmbeddingsInvalid', 'rowNotANumber', { row, column: name, holds }, place);
}
