/** Schemas with comments, and with faults in them, for the test of what reads them. */
import { z } from 'zod';

const shared = {
  /**
   * Which ones.
   * @default 'all'
   */
  which: z.enum(['all', 'none']).default('all'),
};

export const goodSchema = z.strictObject({
  /** Shown above. */
  title: z.string().min(1),
  /**
   * Width in px,
   * on one line.
   * @default 1_200
   */
  width: z.int().min(320).max(4096).default(1200),
  /** Limits. */
  cache: z
    .strictObject({
      /**
       * Days.
       * @default as long as it takes
       */
      days: z.number().min(1).optional(),
    })
    .prefault({}),
  ...shared,
});

export const faultySchema = z.strictObject({
  bare: z.string().optional(),
  /** Says nothing of its default. */
  silent: z.boolean().default(false),
  /**
   * Says another one.
   * @default 'dark'
   */
  wrong: z.enum(['light', 'dark']).default('light'),
});

export const kindsSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('folder'),
    /** Where it is. */
    path: z.string(),
  }),
]);
