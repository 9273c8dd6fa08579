/** Encoded images of many tables by one index, read from disk as they are asked for. */
import { makeError } from '../../errors.ts';
import type { RowRange } from '../../formats/parquet/index.ts';
import { keepRecent } from '../../keep-recent.ts';
import { datasetInvalid } from '../reader.ts';
import type { ColumnPath, Table } from './table.ts';

/** Encoded bytes that are kept in memory: some row groups or pages. */
const KEPT_BYTES = 64 << 20;

/** A range of one table's rows that is read at once. */
interface Block {
  readonly table: Table;
  readonly range: RowRange;
}

/** Images of several tables, counted through. */
export interface EncodedImages {
  /**
   * The encoded image `index`: a PNG, JPEG, … as stored. A view of a larger block.
   * @throws EmbeddingAnimationError `ImageUnreadable` for a row without bytes
   */
  read(index: number): Promise<Uint8Array>;
}

/**
 * Finds where the images of `column` lie in the tables; nothing of them is read yet. Images near each other are read
 * together and stay in memory for a while, so reading in order costs each byte once.
 * @param keptBytes most bytes that stay in memory; the block that was read last stays in any case
 * @throws EmbeddingAnimationError `DatasetInvalid` when a table holds paths instead of images
 */
export async function findImages(
  tables: readonly Table[],
  column: ColumnPath,
  keptBytes = KEPT_BYTES,
): Promise<EncodedImages> {
  const blocks: Block[] = [];
  for (const table of tables) {
    refuseExternal(table, column);
    for (const range of await table.findRanges(column)) blocks.push({ table, range });
  }
  const { blockOf, firstOf } = numberRows(blocks);
  const load = keepRecent(
    (block: number) => blocks[block]!.table.read(column, blocks[block]!.range),
    (values) => values.reduce<number>((sum, value) => sum + sizeOf(value), 0),
    keptBytes,
  );
  return {
    async read(index) {
      const block = blockOf[index]!;
      const value = (await load(block))[index - firstOf[block]!];
      if (value instanceof Uint8Array) return value;
      throw makeError('ImageUnreadable', 'noBytes', undefined);
    },
  };
}

/** For each image its block, and for each block its first image. */
function numberRows(blocks: readonly Block[]): { blockOf: Uint32Array; firstOf: Uint32Array } {
  const firstOf = new Uint32Array(blocks.length + 1);
  for (const [block, { range }] of blocks.entries())
    firstOf[block + 1] = firstOf[block]! + range.end - range.start;
  const blockOf = new Uint32Array(firstOf.at(-1) ?? 0);
  for (let block = 0; block < blocks.length; block++) {
    blockOf.fill(block, firstOf[block], firstOf[block + 1]);
  }
  return { blockOf, firstOf };
}

function refuseExternal(table: Table, column: ColumnPath): void {
  if (table.rows === 0 || table.countNulls(column) !== table.rows) return;
  throw datasetInvalid(table.shown, 'pathsNotImages', undefined);
}

function sizeOf(value: unknown): number {
  return value instanceof Uint8Array ? value.byteLength : 0;
}
