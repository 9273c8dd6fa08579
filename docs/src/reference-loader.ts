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

async function addPage(page: ReferencePage, { store, parseData, generateDigest, renderMarkdown }: LoaderContext) {
  const id = `reference/${page.slug}`;
  const { title, description, body } = page;
  // There is no file behind it that could be edited on the way of an edit link.
  const data = await parseData({ id, data: { title, description, editUrl: false } });
  store.set({ id, data, body, digest: generateDigest(page), rendered: await renderMarkdown(body) });
}
