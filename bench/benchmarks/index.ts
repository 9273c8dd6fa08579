import type { Benchmark } from '../contracts.ts';
import { after } from './after.ts';
import { embeddingBase, embeddingSmall } from './embedding.ts';
import { frame } from './frame.ts';
import { gif } from './gif.ts';
import { outliers } from './outliers.ts';
import { pca } from './pca.ts';

/** All benchmarks, in the order of the pipeline. */
export const BENCHMARKS: readonly Benchmark[] = [
  embeddingBase,
  embeddingSmall,
  outliers,
  pca,
  frame,
  gif,
  after,
];
