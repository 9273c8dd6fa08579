/** The default site, built for a test and served below a base with a strict content-security policy. */
import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TEMPORARY = join(ROOT, 'tests/.tmp');
/** A base of two segments, so that an address that ignores it can't be right by chance. */
const BASE = '/some/blog/';
const STRICT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const BUILD_OUTPUT_BYTES = 64 * 1024 * 1024;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A built site behind a local server. */
export interface ServedSite {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  /** Paths of all its pages, base included, in order. */
  readonly pages: readonly string[];
  /** The path `relative` below the base. */
  at(relative: string): string;
  close(): Promise<void>;
}

/** Builds the site of this repository into a folder of its own and serves it. */
export async function buildAndServeSite(): Promise<ServedSite> {
  await mkdir(TEMPORARY, { recursive: true });
  const folder = await mkdtemp(join(TEMPORARY, 'site-'));
  await buildSite(folder);
  const served = await serveFolder(folder);
  return {
    origin: served.origin,
    pages: await listPages(folder),
    at: (relative) => `${BASE}${relative}`,
    async close() {
      await served.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function buildSite(folder: string): Promise<void> {
  const astro = join(ROOT, 'node_modules/astro/bin/astro.mjs');
  const flags = ['--root', ROOT, '--outDir', folder, '--base', BASE, '--site', 'https://example.org'];
  await promisify(execFile)(process.execPath, [astro, 'build', ...flags], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1' },
    maxBuffer: BUILD_OUTPUT_BYTES,
  });
}

async function listPages(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => file.endsWith('.html'))
    .map((file) => `${BASE}${file.replaceAll('\\', '/').replace(/(^|\/)index\.html$/, '$1')}`)
    .sort();
}

async function serveFolder(folder: string): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    void sendFile(response, folder, decodeURIComponent(pathname));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.');
  return {
    origin: `http://localhost:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function sendFile(response: ServerResponse, folder: string, path: string): Promise<void> {
  const relative = path.startsWith(BASE) ? path.slice(BASE.length) : '';
  const file = join(folder, path.endsWith('/') ? `${relative}index.html` : relative);
  try {
    const body = await readFile(file);
    response.writeHead(200, {
      'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': STRICT_POLICY,
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}
