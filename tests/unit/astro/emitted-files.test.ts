import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emitFiles, serveFiles } from '../../../integrations/embedding-animation/astro/emitted-files.ts';
import type { RenderingFiles } from '../../../integrations/embedding-animation/engine/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const NAME = 'frames/step-1.png';

async function publish(): Promise<{ folder: string; engine: Parameters<typeof serveFiles>[0] }> {
  const folder = await makeTemporaryFolder();
  await writeFiles(folder, { [NAME]: 'right' });
  const files = new Map([[NAME, hash('sha256', 'right')]]);
  const published = () => Promise.resolve(new Map<string, RenderingFiles>([['tiny', { folder, files }]]));
  const settings = { base: '/', options: { path: 'runs' } };
  return { folder, engine: { published, settings } as never };
}

/** Runs the plugin's hook as Vite does, with the site's folder `out`. */
function emit(engine: Parameters<typeof serveFiles>[0], out: string): unknown {
  const { buildApp } = emitFiles(engine, { info: () => undefined, warn: () => undefined });
  const { handler } = buildApp as { handler: (builder: object) => unknown };
  return handler({ environments: { client: { config: { build: { outDir: out } } } } });
}

/** The content that a request for the file is answered with; nothing where it is passed on. */
function request(engine: Parameters<typeof serveFiles>[0], name: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const asked = { method: 'GET', url: `/runs/tiny/${name}`, headers: {} } as never;
    const response = {
      writeHead: () => response,
      end: (content: Buffer) => {
        resolve(String(content));
      },
    };
    serveFiles(engine)(asked, response as never, (error) => {
      if (error === undefined) resolve(undefined);
      else reject(new Error('it was passed on with an error', { cause: error }));
    });
  });
}

describe('a finished file', () => {
  it('is emitted and served as it was finished', async () => {
    const { engine } = await publish();
    const out = await makeTemporaryFolder();
    await emit(engine, out);
    expect(await readFile(join(out, 'runs/tiny', NAME), 'utf8')).toBe('right');
    expect(await request(engine, NAME)).toBe('right');
    expect(await request(engine, '../../secret')).toBeUndefined();
  });

  it('that was replaced since is neither emitted nor served', async () => {
    const { folder, engine } = await publish();
    await writeFile(join(folder, NAME), 'wrong');
    const out = await makeTemporaryFolder();
    const error = await catchError('InputChanged', () => emit(engine, out));
    expect(error.place).toMatchObject({ run: 'tiny', file: NAME });
    expect(await readdir(join(out, 'runs/tiny/frames'))).toEqual([]);
    expect(await request(engine, NAME)).toBeUndefined();
  });

  it('that can not be emitted is named, with what to do', async () => {
    const { engine } = await publish();
    const out = await makeTemporaryFolder();
    await mkdir(join(out, 'runs/tiny', NAME), { recursive: true });
    const error = await catchError('FileUnwritable', () => emit(engine, out));
    expect(error.message).toContain(`run "tiny", ${NAME}: the file can not be written`);
  });
});
