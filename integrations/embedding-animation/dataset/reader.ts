/** What a dataset reader is. */
import type { Findings } from '../artifacts/cached-results.ts';
import type { InputFiles } from '../artifacts/input-files.ts';
import type { Dataset } from '../contracts.ts';
import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';

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
  readonly findings?: Findings;
  /**
   * The files that `hashFile` has hashed: what is found out is of the same files, or it is found out again.
   * @default files are taken to stay as they are
   */
  readonly inputs?: InputFiles;
}

/**
 * Opens one kind of evaluation set. A reader lists names and labels and digests what decides the pixels;
 * pixels themselves wait for `decode`. Joining another one takes its options in `datasetSchema`
 * (options/dataset.ts), one file here, and its case in `openDataset`, which does not compile without it.
 * @throws EmbeddingAnimationError `DatasetInvalid`
 */
export type DatasetReader<Options> = (options: Options, context: DatasetContext) => Promise<Dataset>;

/** Makes the error of a set that can't be read. `file` is as the author of run.yaml would write it. */
export function datasetInvalid<Case extends CaseName<'DatasetInvalid'>>(
  file: string,
  caseName: Case,
  facts: CaseFacts<'DatasetInvalid', Case>,
  cause?: unknown,
): EmbeddingAnimationError {
  return makeError('DatasetInvalid', caseName, facts, { file, cause });
}
