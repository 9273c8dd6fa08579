/** The route of `astro build`: `files.ts` for a list of files that is known beforehand. */
import type { GetStaticPaths } from 'astro';
import { listPublished } from '../artifacts/rendered-folder.ts';
import { foldersByRun } from './files.ts';

export { GET } from './files.ts';

export const getStaticPaths = (async () => {
  const paths = [];
  for (const [run, folder] of await foldersByRun()) {
    for (const file of await listPublished(folder)) paths.push({ params: { run, file } });
  }
  return paths;
}) satisfies GetStaticPaths;
