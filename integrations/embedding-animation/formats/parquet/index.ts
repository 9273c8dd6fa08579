/** The door of the Parquet reader. It reads columns of numbers, texts and bytes, and lists of numbers. */
export { openSlices } from './slices.ts';
export { openParquetFile, type ParquetFile, type RowRange } from './file.ts';
export type { Leaf, SchemaNode } from './footer.ts';
export type { Cell, NumberLists } from './rows.ts';
