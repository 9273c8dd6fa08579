/**
 * Times the stages of the shipped run from an empty cache, and then with everything cached.
 * `npm run bench` prints a line a stage; nothing in the project is written.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createEngine } from '../integrations/embedding-animation/engine.ts';
import { optionsSchema } from '../integrations/embedding-animation/options/index.ts';

const ROOT = resolve(import.meta.dirname, '..');

const cacheFolder = await mkdtemp(join(tmpdir(), 'bench-'));
try {
  console.log(`Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'})`);
  await timeRendering('cold');
  await timeRendering('warm');
} finally {
  await rm(cacheFolder, { recursive: true });
}

async function timeRendering(title: string): Promise<void> {
  const engine = createEngine({
    options: optionsSchema.parse({}),
    projectRoot: ROOT,
    runsFolder: join(ROOT, 'content/runs'),
    cacheFolder,
    base: '/',
    logger: {
      info: (line) => {
        console.log(`  ${line}`);
      },
      warn: console.warn,
    },
  });
  console.log(`${title}:`);
  const start = performance.now();
  await engine.renderAll();
  console.log(`  in all ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
