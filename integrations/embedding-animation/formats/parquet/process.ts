/** The process in which Parquet files are read. */
import { serveEndable } from '../../endable-process.ts';
import { readParquet } from './read.ts';

serveEndable(readParquet);
