/** The thread in which Parquet files are read. */
import { serveEndable } from '../../endable-thread.ts';
import { readParquet } from './read.ts';

export default serveEndable(readParquet);
