/** The process in which Parquet files are read. */
import { serveEndable } from '../../threads/endable-process.ts';
import { readParquet } from './read.ts';

serveEndable(readParquet);
