import { glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { defineCollection } from 'astro:content';
import { checkpointsLoader, runsLoader } from 'astro-embedding-animation/loaders';

const runs = defineCollection({ loader: runsLoader() });
const checkpoints = defineCollection({ loader: checkpointsLoader() });

const articles = defineCollection({
  loader: glob({ base: './content/articles', pattern: '**/*.mdx' }),
  schema: z.strictObject({
    title: z.string().min(1),
    /** One sentence, shown under the title and to search engines. */
    description: z.string().min(1),
    /** The run that the article is about: its still stands for the article in lists and previews. */
    run: z.string().min(1),
  }),
});

export const collections = { runs, checkpoints, articles };
