/** Serves the finished files of every run; `astro dev` asks for any of them at any time. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { APIRoute } from 'astro';
import { listPublished } from '../artifacts/rendered-folder.ts';
import { findEngine } from '../engine-holder.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
};

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

/** Folder of each run that has been rendered, by run id. */
export async function foldersByRun(): Promise<ReadonlyMap<string, string>> {
  return (await findEngine()?.folders()) ?? new Map();
}
