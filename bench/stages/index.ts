import type { Stage } from '../contracts.ts';
import { after } from './after.ts';
import { embeddingBase, embeddingSmall } from './embedding.ts';
import { frame } from './frame.ts';
import { gif } from './gif.ts';
import { outliers } from './outliers.ts';
import { pca } from './pca.ts';

/** All stages, in the order of the pipeline. */
export const STAGES: readonly Stage[] = [embeddingBase, embeddingSmall, outliers, pca, frame, gif, after];
