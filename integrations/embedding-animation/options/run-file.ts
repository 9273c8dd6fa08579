import { z } from 'zod';
import { runAnimationSchema } from './animation.ts';
import { datasetSchema } from './dataset.ts';
import { embeddingSchema } from './embedding.ts';

/** `run.yaml`: what a run needs beside its Trainer folder. */
export const runFileSchema = z.strictObject({
  /** Shown above the animation. */
  title: z.string().min(1),
  /** What was trained on what, in a sentence or two. */
  description: z.string().min(1).optional(),
  /** Who made the images, and under which licence. Shown with the animation. */
  credit: z
    .strictObject({
      /** Names and licence, as they are shown. */
      text: z.string().min(1),
      /** Where `text` links to. */
      url: z.url().optional(),
    })
    .optional(),
  /** The images that every checkpoint embeds. */
  dataset: datasetSchema,
  /** How embeddings are made. */
  embedding: embeddingSchema.prefault({}),
  /**
   * Neighbours used for outlier scores.
   * @default min(10, n − 1), as cleanlab
   */
  k: z.int().min(1).optional(),
  /**
   * Also store each checkpoint's embeddings beside it as `embedding.safetensors`.
   * @default false
   */
  storeEmbeddings: z.boolean().default(false),
  /** Looks of this run's animation; what is not given comes from the integration's options. */
  animation: runAnimationSchema.optional(),
});

export type RunFile = z.output<typeof runFileSchema>;
