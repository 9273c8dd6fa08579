/** The route of `astro build`: `files.ts` for a list of files that is known beforehand. */
import type { GetStaticPaths } from 'astro';
import { publishedRuns } from './files.ts';

export { GET } from './files.ts';

/** Every file of every run. */
export const getStaticPaths = (async () =>
  [...(await publishedRuns())].flatMap(([run, { files }]) =>
    [...files].map((file) => ({ params: { run, file } })),
  )) satisfies GetStaticPaths;
