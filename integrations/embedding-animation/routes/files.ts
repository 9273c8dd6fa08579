/** Serves the finished files of every run; `astro dev` asks for any of them at any time. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { APIRoute } from 'astro';
import type { PublishedRun } from '../engine.ts';
import { findEngine } from '../engine-holder.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
};

/** Answers with a finished file, or 404. */
export const GET: APIRoute = async ({ params }) => {
  const { run = '', file = '' } = params;
  const published = findPublished(await publishedRuns(), run);
  // Only names that were written are served: a request can't leave the folder.
  if (published?.files.has(file) !== true) return new Response('Not found', { status: 404 });
  return new Response(new Uint8Array(await readFile(join(published.folder, file))), {
    headers: { 'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream' },
  });
};

/** Addresses may be written with combining characters, and come encoded or not. */
function findPublished(runs: ReadonlyMap<string, PublishedRun>, run: string): PublishedRun | undefined {
  return runs.get(run) ?? runs.get(run.normalize()) ?? runs.get(decode(run).normalize());
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The finished files of each run that has been rendered, by the run's slug. */
export async function publishedRuns(): Promise<ReadonlyMap<string, PublishedRun>> {
  return (await findEngine()?.published()) ?? new Map();
}
