import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
import { defineCollection } from 'astro:content';
import { withReference } from './reference-loader.ts';

export const collections = {
  docs: defineCollection({ loader: withReference(docsLoader()), schema: docsSchema() }),
};
