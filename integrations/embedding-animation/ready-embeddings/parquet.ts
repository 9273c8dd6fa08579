/** `embedding.parquet`: a column of lists, or one column a dimension. */
import { EmbeddingAnimationError, makeError, type ErrorPlace } from '../errors.ts';
import { openParquetFile, type Leaf, type NumberLists, type ParquetFile } from '../formats/parquet/index.ts';
import { chooseColumns } from './choose-columns.ts';
import { withFile, type ReadyEmbeddings } from './ready-file.ts';
import type { Embeddings } from '../contracts.ts';

/**
 * Opens the columns that `chooseColumns` finds. Lists may be of fixed size or not, and lie in a structure of one field.
 * @param column which they are, where they don't show it
 * @throws EmbeddingAnimationError `EmbeddingsInvalid`
 */
export async function openParquet(
  path: string,
  place: ErrorPlace,
  column: string | undefined,
): Promise<ReadyEmbeddings> {
  await withFile(path, place, () => Promise.resolve()); // which knows pointers of Git LFS
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof EmbeddingAnimationError) throw cause;
      const said = cause instanceof Error ? cause.message : String(cause);
      throw makeError('EmbeddingsInvalid', 'notParquet', { said }, { ...place, cause });
    }
  };
  return attempt(async () => {
    const file = await openParquetFile(path);
    const { form, leaves, unused, choice } = chooseColumns(file, column, place);
    const [leaf] = leaves;
    const { rows } = file;
    if (form === 'numbers' || leaf === undefined) {
      const shape = { rows, cols: leaves.length };
      return {
        ...shape,
        unused,
        choice,
        read: () => attempt(() => readNumberColumns(file, leaves, shape, place)),
      };
    }
    const name = leaf.path[0]!;
    const cols = rows === 0 ? 0 : await readListWidth(file, leaf, name, place);
    const shape = { rows, cols };
    return { ...shape, unused, choice, read: () => attempt(() => readLists(file, leaf, name, shape, place)) };
  });
}

// --- columns into one matrix, a row group at a time

interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/**
 * Length of the lists of a column that has a row, as the footer's counts have it where they can; `readLists` holds
 * every row against it.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid` where the first list or its length is not that of all
 */
async function readListWidth(
  file: ParquetFile,
  leaf: Leaf,
  name: string,
  place: ErrorPlace,
): Promise<number> {
  const { entries, nulls } = leaf;
  if (entries % file.rows === 0 && entries > file.rows && !(nulls !== undefined && nulls > 0))
    return entries / file.rows;
  const group = file.groups.findIndex(({ rows }) => rows > 0);
  const lists = await file.readNumbers(leaf, group);
  if (lists.missing === 0) throw notAList(0, name, place);
  const cols = lists.ends[1]!;
  // before memory is taken for them all: a row may claim any length
  if (cols * file.rows <= entries) return cols;
  refuseLists(lists, cols, 0, name, place);
  throw makeError('EmbeddingsInvalid', 'rowsOfOtherLengths', { column: name, first: cols }, place);
}

/** The lists of a column as rows. @throws EmbeddingAnimationError `EmbeddingsInvalid` */
async function readLists(
  file: ParquetFile,
  leaf: Leaf,
  name: string,
  shape: Shape,
  place: ErrorPlace,
): Promise<Embeddings> {
  const { cols } = shape;
  const data = new Float32Array(shape.rows * cols);
  let first = 0;
  let width: number | undefined;
  for (const [group, { rows }] of file.groups.entries()) {
    const lists = await file.readNumbers(leaf, group);
    if (rows > 0) width ??= lists.ends[1]!;
    refuseLists(lists, width ?? cols, first, name, place);
    data.set(lists.numbers.subarray(0, data.length - first * cols), first * cols);
    first += rows;
  }
  if ((width ?? cols) === cols) return { ...shape, data };
  throw makeError('EmbeddingsInvalid', 'rowsOfOtherLengths', { column: name, first: width ?? cols }, place);
}

/** The columns `leaves`, one a dimension. */
async function readNumberColumns(
  file: ParquetFile,
  leaves: readonly Leaf[],
  shape: Shape,
  place: ErrorPlace,
): Promise<Embeddings> {
  const data = new Float32Array(shape.rows * shape.cols);
  let first = 0;
  for (const [group, { rows }] of file.groups.entries()) {
    for (const [col, leaf] of leaves.entries()) {
      const { numbers, hole } = await file.readNumbers(leaf, group);
      const column = leaf.path.join('.');
      if (hole !== undefined) throw notANumber(first + hole, column, place);
      for (let row = 0; row < rows; row++) data[(first + row) * shape.cols + col] = numbers[row]!;
    }
    first += rows;
  }
  return { ...shape, data };
}

/** @param first number of the first row of `lists` in the file */
function refuseLists(
  { ends, missing, hole }: NumberLists,
  cols: number,
  first: number,
  name: string,
  place: ErrorPlace,
): void {
  for (let row = 0; row + 1 < ends.length; row++) {
    const length = ends[row + 1]! - ends[row]!;
    if (row === missing) throw notAList(first + row, name, place);
    if (row === hole) throw notANumber(first + row, name, place);
    if (length === cols) continue;
    const facts = { row: first + row, column: name, length, first: cols };
    throw makeError('EmbeddingsInvalid', 'rowLength', facts, place);
  }
}

function notAList(row: number, column: string, place: ErrorPlace): Error {
  return makeError('EmbeddingsInvalid', 'rowNotAList', { row, column }, place);
}

function notANumber(row: number, column: string, place: ErrorPlace): Error {
  return makeError('EmbeddingsInvalid', 'rowNotANumber', { row, column, holds: 'nothing' }, place);
}
