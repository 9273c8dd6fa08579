import type { Benchmark } from '../contracts.ts';
import { after } from './after.ts';
import { embeddingBase, embeddingSmall } from './embedding.ts';
import { frame } from './frame.ts';
import { gif } from './gif.ts';
import { logits } from './logits.ts';
import { outliers } from './outliers.ts';
import { pca } from './pca.ts';
import { pooledPca } from './pooled-pca.ts';
import { temporal } from './temporal.ts';
import { trust } from './trust.ts';

/** All benchmarks, in the order of the pipeline. */
export const BENCHMARKS: readonly Benchmark[] = [
  embeddingBase,
  embeddingSmall,
  logits,
  outliers,
  pca,
  pooledPca,
  trust,
  temporal,
  frame,
  gif,
  after,
];
