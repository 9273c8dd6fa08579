/** A package registry on localhost that holds one package of ours and sends everything else to the machine's own. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';

/** A registry that is being served. */
export interface LocalRegistry {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** What a registry says of a package comes from the package.json inside it. */
export interface PackedPackage {
  /** Path of the `.tgz`. */
  readonly tarball: string;
  readonly manifest: { readonly name: string; readonly version: string };
}

/** Serves `tarball` as the package that `manifest` describes. */
export async function serveRegistry({ tarball, manifest }: PackedPackage): Promise<LocalRegistry> {
  const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry']);
  const upstream = stdout.trim().replace(/\/$/, '');
  const bytes = await readFile(tarball);
  const { name, version } = manifest;
  const file = `/${name}/-/${name}-${version}.tgz`;
  let url = '';
  const describe = () => ({
    ...manifest,
    dist: {
      tarball: `${url}${file}`,
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    },
  });
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    if (path === file) response.end(bytes);
    else if (path === `/${name}`)
      sendJson(response, { name, 'dist-tags': { latest: version }, versions: { [version]: describe() } });
    else if (path === `/${name}/latest` || path === `/${name}/${version}`) sendJson(response, describe());
    else response.writeHead(302, { location: `${upstream}${request.url ?? ''}` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The registry has no port.');
  url = `http://localhost:${address.port}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
