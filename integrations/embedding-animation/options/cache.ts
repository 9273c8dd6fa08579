/** What is kept between builds. */
import { z } from 'zod';

/** Limits of the results that are kept in Astro's cacheDir. What was used within a day stays in any case. */
export const cacheSchema = z.strictObject({
  /**
   * Days after which a result that no build has used is removed.
   * @default 90
   */
  maxAgeDays: z.number().min(1).default(90),
  /**
   * Size in bytes above which results are removed, the least recently used first.
   * @default 20_000_000_000
   */
  maxBytes: z.int().min(0).default(20_000_000_000),
});
