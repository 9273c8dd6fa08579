import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  downloadFile,
  type RemoteFile,
} from '../../../integrations/embedding-animation/dataset/cifar/download.ts';
import { downloadCifar10 } from '../../../integrations/embedding-animation/dataset/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine that answers as told until the test ends. */
async function serve(answer: Answer): Promise<{ remote: RemoteFile; ranges: (string | undefined)[] }> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const md5 = createHash('md5').update(CONTENT).digest('hex');
  const url = `http://127.0.0.1:${address.port}/archive.tar.gz`;
  return { remote: { url, name: 'archive.tar.gz', bytes: CONTENT.length, md5 }, ranges };
}

const sendAll: Answer = (_, response) => response.end(CONTENT);

/** Sends the rest that a Range header asks for. */
const sendRange: Answer = (request, response) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start === 0) return void response.end(CONTENT);
  response.writeHead(206, { 'content-range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` });
  response.end(CONTENT.subarray(start));
};

async function makeFolder(part?: Buffer): Promise<string> {
  const folder = await makeTemporaryFolder();
  if (part !== undefined) await writeFile(join(folder, 'archive.tar.gz.part'), part);
  return folder;
}

describe('downloadFile', () => {
  it('fetches a file, and tells how far it is', async () => {
    const { remote } = await serve(sendAll);
    const folder = await makeFolder();
    const progress: number[] = [];
    const onProgress = (done: number, total: number): void => void progress.push(done / total);
    const download = await downloadFile(remote, { folder: join(folder, 'new'), onProgress });
    expect(download).toEqual({ path: join(folder, 'new', 'archive.tar.gz'), fetched: CONTENT.length });
    expect(await readFile(download.path)).toEqual(CONTENT);
    expect(await readdir(join(folder, 'new'))).toEqual(['archive.tar.gz']);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('uses a good file without the network', async () => {
    const { remote, ranges } = await serve(sendAll);
    const folder = await makeFolder();
    await writeFile(join(folder, 'archive.tar.gz'), CONTENT);
    expect((await downloadFile(remote, { folder })).fetched).toBe(0);
    expect(ranges).toEqual([]);
  });

  it('asks for nothing when its folder can not be made', async () => {
    const { remote, ranges } = await serve(sendAll);
    const folder = await makeFolder();
    await writeFile(join(folder, 'file'), '');
    const error = await catchError('DownloadFailed', () =>
      downloadFile(remote, { folder: join(folder, 'file/new') }),
    );
    expect(error.message).toMatch(/^archive.tar.gz: its folder can't be made: ENOTDIR/);
    expect(ranges).toEqual([]);
  });

  it('replaces a file of the same size with other content', async () => {
    const { remote } = await serve(sendAll);
    const folder = await makeFolder();
    await writeFile(join(folder, 'archive.tar.gz'), Buffer.alloc(CONTENT.length));
    const { path } = await downloadFile(remote, { folder });
    expect(await readFile(path)).toEqual(CONTENT);
  });

  it('goes on where an earlier try stopped', async () => {
    const { remote, ranges } = await serve(sendRange);
    const folder = await makeFolder(CONTENT.subarray(0, 100_000));
    const { path, fetched } = await downloadFile(remote, { folder });
    expect(fetched).toBe(200_000);
    expect(ranges).toEqual(['bytes=100000-']);
    expect(await readFile(path)).toEqual(CONTENT);
  });

  it('fetches no byte when only the name was missing', async () => {
    const { remote, ranges } = await serve(sendAll);
    const folder = await makeFolder(CONTENT);
    expect((await downloadFile(remote, { folder })).fetched).toBe(0);
    expect(ranges).toEqual([]);
    expect(await readdir(folder)).toEqual(['archive.tar.gz']);
  });

  it.each<[string, Answer]>([
    ['sends all of it instead', sendAll],
    [
      'sends another range',
      (_, response) => {
        response.writeHead(206, { 'content-range': `bytes 0-${CONTENT.length - 1}/${CONTENT.length}` });
        response.end(CONTENT);
      },
    ],
    [
      'refuses ranges',
      (request, response) => {
        if (request.headers.range === undefined) return void response.end(CONTENT);
        response.writeHead(416).end();
      },
    ],
  ])('starts over when the server %s', async (_, answer) => {
    const { remote } = await serve(answer);
    const folder = await makeFolder(Buffer.alloc(100_000));
    const { path, fetched } = await downloadFile(remote, { folder });
    expect(fetched).toBe(CONTENT.length);
    expect(await readFile(path)).toEqual(CONTENT);
  });

  it('starts over when what is there is longer than the file', async () => {
    const { remote, ranges } = await serve(sendAll);
    const folder = await makeFolder(Buffer.alloc(CONTENT.length + 1));
    expect(await readFile((await downloadFile(remote, { folder })).path)).toEqual(CONTENT);
    expect(ranges).toEqual([undefined]);
  });

  it('keeps what came when the connection breaks, and completes it the next time', async () => {
    let tries = 0;
    const { remote, ranges } = await serve((request, response) => {
      if (++tries > 1) {
        sendRange(request, response);
        return;
      }
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 120_000), () => setTimeout(() => response.destroy(), 50));
    });
    const folder = await makeFolder();
    const error = await catchError('DownloadFailed', () => downloadFile(remote, { folder }));
    expect(error.message).toMatch(/^archive\.tar\.gz: the connection broke after \d+ of 300000 bytes/);
    expect(await readdir(folder)).toEqual(['archive.tar.gz.part']);
    expect(await readFile((await downloadFile(remote, { folder })).path)).toEqual(CONTENT);
    expect(ranges).toEqual([undefined, 'bytes=120000-']);
  });

  it.each([
    ['other content', Buffer.alloc(CONTENT.length)],
    ['more than the file', Buffer.concat([CONTENT, CONTENT])],
  ])('deletes %s', async (_, content) => {
    const { remote } = await serve((_, response) => response.end(content));
    const folder = await makeFolder();
    const error = await catchError('DownloadFailed', () => downloadFile(remote, { folder }));
    expect(error.message).toMatch(/another checksum/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says that the server ended too early', async () => {
    const { remote } = await serve((_, response) => response.end(CONTENT.subarray(0, 9)));
    const folder = await makeFolder();
    const error = await catchError('DownloadFailed', () => downloadFile(remote, { folder }));
    expect(error.message).toMatch(/ended after 9 of 300000 bytes/);
  });

  it('says what the server answered', async () => {
    const { remote } = await serve((_, response) => response.writeHead(503).end('busy'));
    const folder = await makeFolder();
    const error = await catchError('DownloadFailed', () => downloadFile(remote, { folder }));
    expect(error.message).toBe('archive.tar.gz: the server answered with status 503');
  });

  it('stops when it is told to, and leaves what has come', async () => {
    const { remote } = await serve((_, response) => void response.write(CONTENT.subarray(0, 50_000)));
    const folder = await makeFolder();
    const stop = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 50_000) stop.abort(new Error('Ctrl-C'));
    };
    await expect(downloadFile(remote, { folder, signal: stop.signal, onProgress })).rejects.toThrow('Ctrl-C');
    expect((await readFile(join(folder, 'archive.tar.gz.part'))).length).toBe(50_000);
  });
});

describe('downloadCifar10', () => {
  it('says so when the network is not there', async () => {
    const folder = await makeTemporaryFolder();
    const offline = (): Promise<Response> =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') }));
    const error = await catchError('DownloadFailed', () => downloadCifar10({ folder, fetch: offline }));
    expect(error.message).toBe("cifar-10-binary.tar.gz: the server can't be reached: getaddrinfo ENOTFOUND");
    expect(error.hint).toContain('run the command again');
    expect(await readdir(folder)).toEqual([]);
  });

  it('asks the authors for the archive, unless it is given a mirror', async () => {
    const folder = await makeTemporaryFolder();
    const asked: unknown[] = [];
    const fetch = (url: unknown): Promise<Response> => {
      asked.push(url);
      return Promise.resolve(new Response(null, { status: 404 }));
    };
    await catchError('DownloadFailed', () => downloadCifar10({ folder, fetch }));
    await catchError('DownloadFailed', () => downloadCifar10({ folder, fetch, url: 'http://mirror/' }));
    expect(asked).toEqual(['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz', 'http://mirror/']);
  });
});
