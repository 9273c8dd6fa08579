/**
 * The finished files of all runs, under one address in `astro dev` and in what is built. They are files, not routes:
 * no middleware, trailing slash, build format, adapter or line of a log comes between.
 */
import { copyFile, rm } from 'node:fs/promises';
import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, extname, join } from 'node:path';
import type { Plugin } from 'vite';
import { versionOf } from '../artifacts/summary.ts';
import type { Logger } from '../contracts.ts';
import type { Engine, RenderingFiles } from '../engine/index.ts';
import { makeError, type ErrorPlace } from '../errors.ts';
import { explainError } from '../explain-error.ts';
import { hashFile, makeFolder, readRegularFile } from '../files.ts';
import { fileUnwritable } from '../write-files.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
};

/** For an address whose version is that of the file: it never holds anything else. */
const FOREVER = 'public, max-age=31536000, immutable';
/** Kept, but asked for each time: the answer is 304 while the file is the same. */
const ASK_AGAIN = 'no-cache';

/** What emitting needs to know of the site. */
type FilesOf = Pick<Engine, 'published' | 'settings'>;

/** A Vite plugin that puts all files into what is built, where pages expect them: below the folder of the site's own. */
export function emitFiles(engine: FilesOf, logger: Logger): Plugin {
  return {
    name: 'astro-embedding-animation:emit-files',
    apply: 'build',
    buildApp: {
      // Astro has bundled by then and generates its pages afterwards, into the same folder.
      order: 'post',
      async handler(builder) {
        const output = builder.environments['client']?.config.build.outDir;
        if (output === undefined) throw new Error('Astro has no client environment to emit files into.');
        const published = await engine.published().catch((error: unknown) => {
          throw explainError(error);
        });
        let files = 0;
        for (const [run, { folder, files: names }] of published) {
          for (const [name, sha256] of names) {
            const target = join(output, engine.settings.options.path, run, name);
            await emitFile(join(folder, name), target, { sha256, place: { run, file: name } });
            files += 1;
          }
        }
        if (files > 0) logger.info(`emitted ${files} files of ${published.size} runs`);
      },
    },
  };
}

/** A copy of the file with this sha256 (hex); of any other nothing stays. */
async function emitFile(
  source: string,
  target: string,
  { sha256, place }: { readonly sha256: string; readonly place: ErrorPlace },
): Promise<void> {
  try {
    await makeFolder(dirname(target));
    await copyFile(source, target);
    if ((await hashFile(target)) === sha256) return;
  } catch (error) {
    throw explainError(fileUnwritable(error, place), place);
  }
  await rm(target, { force: true });
  throw makeError('InputChanged', 'changed', undefined, place);
}

type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** Answers requests for finished files, and leaves all others to those after it. */
export function serveFiles(engine: FilesOf): Middleware {
  return (request, response, next) => {
    const wanted = readAddress(request, engine.settings);
    if (wanted === undefined) {
      next();
      return;
    }
    engine
      .published()
      .then((runs) => sendFile(request, response, wanted, runs.get(wanted.run)))
      .then((isSent) => {
        if (!isSent) next();
      }, next);
  };
}

/** A file that a request asks for. */
interface WantedFile {
  readonly run: string;
  readonly name: string;
  /** What follows `?v=`. */
  readonly version: string | null;
}

/** Connect keeps the address as it came in `originalUrl`; `url` may have lost the base. */
function readAddress(
  request: IncomingMessage & { readonly originalUrl?: string | undefined },
  { base, options }: FilesOf['settings'],
): WantedFile | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const { pathname, searchParams } = new URL(request.originalUrl ?? request.url ?? '/', 'http://localhost');
  const path = decode(pathname)?.normalize();
  const below = `${decode(base)}${options.path}/`.normalize();
  if (path?.startsWith(below) !== true) return undefined;
  const [run = '', ...names] = path.slice(below.length).split('/');
  return { run, name: names.join('/'), version: searchParams.get('v') };
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Whether there is such a file. Only names that were written are served: a request can't leave the folder. */
async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { name, version }: WantedFile,
  published: RenderingFiles | undefined,
): Promise<boolean> {
  const sha256 = published?.files.get(name);
  if (published === undefined || sha256 === undefined) return false;
  const headers = {
    'cache-control': version === versionOf(sha256) ? FOREVER : ASK_AGAIN,
    'content-type': CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${sha256}"`,
  };
  if (request.headers['if-none-match']?.includes(headers.etag) === true) {
    response.writeHead(304, headers).end();
    return true;
  }
  const content = await readRegularFile(join(published.folder, name)).catch(() => undefined);
  if (content === undefined || hash('sha256', content) !== sha256) return false; // removed or replaced since it was finished
  response.writeHead(200, { ...headers, 'content-length': content.length });
  response.end(request.method === 'HEAD' ? undefined : content);
  return true;
}
