/** Adds the reference pages to the pages that are written by hand. */
import type { Loader, LoaderContext } from 'astro/loaders';
import { makeReference, type ReferencePage } from '../reference/index.ts';

/** A loader that loads what `pages` does, and below `reference/` what the package's sources say of themselves. */
export function withReference(pages: Loader): Loader {
  return {
    ...pages,
    name: `${pages.name}-with-reference`,
    async load(context) {
      await pages.load(context);
      await addReference(context);
    },
  };
}

async function addReference(context: LoaderContext): Promise<void> {
  for (const page of await makeReference()) await addPage(page, context);
}

async function addPage(page: ReferencePage, context: LoaderContext): Promise<void> {
  const { slug, title, description, body } = page;
  const id = `reference/${slug}`;
  // There is no file behind it that an edit link could lead to.
  const data = await context.parseData({ id, data: { title, description, editUrl: false } });
  const digest = context.generateDigest({ ...page });
  context.store.set({ id, data, body, digest, rendered: await context.renderMarkdown(body) });
}
