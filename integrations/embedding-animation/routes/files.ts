/** Emits the finished files of every run: the same bytes in `astro dev` and `astro build`. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { APIRoute, GetStaticPaths } from 'astro';
import { listPublished } from '../artifacts/rendered-folder.ts';
import { findEngine } from '../engine-holder.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
};

export const getStaticPaths = (async () => {
  const paths = [];
  for (const [run, folder] of await foldersByRun()) {
    for (const file of await listPublished(folder)) paths.push({ params: { run, file } });
  }
  return paths;
}) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params }) => {
  const { run = '', file = '' } = params;
  const folder = (await foldersByRun()).get(run);
  // Only names of the listing are served: a request can't leave the folder.
  if (folder === undefined || !(await listPublished(folder)).includes(file)) {
    return new Response('Not found', { status: 404 });
  }
  return new Response(new Uint8Array(await readFile(join(folder, file))), {
    headers: { 'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream' },
  });
};

async function foldersByRun(): Promise<ReadonlyMap<string, string>> {
  return (await findEngine()?.folders()) ?? new Map();
}
