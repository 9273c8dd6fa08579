import { z } from 'zod';
import { animationSchema } from './animation.ts';
import { deviceSchema } from './embedding.ts';
import { cacheSchema } from './cache.ts';

/** Options of the integration. */
export const optionsSchema = z.strictObject({
  /**
   * Folder of runs, relative to the project: each folder in it that holds a `run.yaml` is a run.
   * @default './content/runs'
   */
  runs: z.string().min(1).default('./content/runs'),
  /**
   * Path of the emitted files below the site's `base`.
   * @default 'embedding-animation'
   */
  path: z
    .string()
    .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, 'must be URL path segments of A-Z a-z 0-9 . _ -')
    .default('embedding-animation'),
  /**
   * Most worker threads, embedding and drawing.
   * @default the number of available cores
   */
  threads: z.int().min(1).optional(),
  /** Limits of the results that are kept between builds. */
  cache: cacheSchema.prefault({}),
  /**
   * What embeds: the processor or a graphics card. `auto` takes a card where one works, and the processor where
   * none does; any other device that is missing is an error.
   * @default 'cpu'
   */
  device: deviceSchema.default('cpu'),
  /** Looks of all animations. */
  animation: animationSchema.prefault({}),
});

export type EmbeddingAnimationOptions = z.input<typeof optionsSchema>;
export type ResolvedOptions = z.output<typeof optionsSchema>;
