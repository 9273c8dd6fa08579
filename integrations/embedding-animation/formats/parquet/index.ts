/** The door of the Parquet reader. It reads columns of numbers, texts and bytes, and lists of numbers. */
export type { ColumnPath, RowRange } from './column-chunks.ts';
export { openParquetFile, type ParquetFile } from './file.ts';
export type { Cell, NumberLists } from './rows.ts';
export type { Leaf, SchemaNode } from './schema.ts';
export { refuseToOpen } from './slices.ts';
