/** What a dataset reader is, and what readers share. */
import type { ScanCache } from '../artifacts/cached-results.ts';
import type { InputFiles } from '../artifacts/input-files.ts';
import type { Dataset } from '../contracts.ts';
import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { findSameNames } from '../names.ts';
import type { DatasetOptions } from '../options/index.ts';

/** Where a reader looks. */
export interface DatasetContext {
  /** Folder of the run's `run.yaml`: relative paths in its dataset start here. */
  readonly runFolder: string;
  /** The project: npm packages are resolved from here. */
  readonly projectRoot: string;
  /**
   * sha256 (hex) of a file. Give one that remembers to hash large files once.
   * @default reads the file as a stream
   */
  readonly hashFile?: (path: string) => Promise<string>;
  /**
   * Remembers what takes a look at every image to find out.
   * @default looks each time
   */
  readonly scanCache?: ScanCache;
  /**
   * The files that `hashFile` has hashed: what is found out is of the same files, or it is found out again.
   * @default files are taken to stay as they are
   */
  readonly inputs?: InputFiles;
}

/**
 * Opens one kind of evaluation set. A reader lists names and labels and digests what decides the pixels;
 * pixels themselves wait for `decode`. Another type takes its options in `datasetSchema` (options/dataset.ts), a
 * reader here, its case in `openDataset`, which does not compile without it, and its errors' texts in
 * error-catalogue/dataset-cases.ts.
 * @throws EmbeddingAnimationError `DatasetInvalid`
 */
export type DatasetReader<Type extends DatasetOptions['type']> = (
  options: Extract<DatasetOptions, { readonly type: Type }>,
  context: DatasetContext,
) => Promise<Dataset>;

/** Makes the error of a set that can't be read. `file` is as the author of run.yaml would write it. */
export function datasetInvalid<Case extends CaseName<'DatasetInvalid'>>(
  file: string,
  caseName: Case,
  facts: CaseFacts<'DatasetInvalid', Case>,
  cause?: unknown,
): EmbeddingAnimationError {
  return makeError('DatasetInvalid', caseName, facts, { file, cause });
}

// --- names for images that lie in a table or an archive rather than in files of their own

/** Fewest digits of a row's number. */
const DIGITS = 5;
const ABSOLUTE = /^(\/|\\|[a-z]:[\\/])/i;

/** `test/00042` for every row, counted from 0 over the whole split. */
export function nameRows(split: string, rows: number): string[] {
  const digits = Math.max(DIGITS, String(rows - 1).length);
  return Array.from({ length: rows }, (_, row) => `${split}/${String(row).padStart(digits, '0')}`);
}

/**
 * The paths under which images were once stored, as names. Of absolute paths only the last part is used: the rest
 * says where they lay on somebody's machine.
 * @returns `undefined` unless every image has one and no two are the same
 */
export function nameByPaths(paths: readonly unknown[]): string[] | undefined {
  const names = paths.map((path) => {
    if (typeof path !== 'string') return '';
    return ABSOLUTE.test(path)
      ? path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
      : path;
  });
  return names.includes('') || findSameNames(names) !== undefined ? undefined : names;
}
