/**
 * Peak memory of everything after embedding, by the number of checkpoints:
 * `node bench/memory.ts [--frames 10,50,200] [--maps per-checkpoint,pooled] [--rows 10000] [--cols 768] [--side 1200] [--threads 2]`.
 * Ready embeddings of seeded numbers are rendered in a process of their own, whose peak is the system's own figure.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeEmbeddingFiles, makeRunOf } from './memory/make-run.ts';

const RENDER = join(import.meta.dirname, 'memory/render.ts');

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '10,50,200' },
    maps: { type: 'string', default: 'per-checkpoint' },
    rows: { type: 'string', default: '10000' },
    cols: { type: 'string', default: '768' },
    side: { type: 'string', default: '1200' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const counts = values.frames.split(',').map(Number);
const maps = values.maps.split(',');
const [rows, cols, side, threads] = [values.rows, values.cols, values.side, values.threads].map(Number) as [
  number,
  number,
  number,
  number,
];

const folder = await mkdtemp(join(tmpdir(), 'memory-'));
try {
  const files = await makeEmbeddingFiles(join(folder, 'embeddings'), Math.max(...counts), { rows, cols });
  process.stdout.write(`${rows} × ${cols}, ${side} px, ${threads} threads, maps: ${maps.join(', ')}\n`);
  process.stdout.write('| frames | peak RSS | seconds |\n|---:|---:|---:|\n');
  for (const frames of counts) {
    const project = join(folder, String(frames));
    await makeRunOf(join(project, 'content/runs/ready'), files.slice(0, frames), { rows, cols, side, maps });
    const { peakBytes, seconds } = await renderInProcess(project);
    process.stdout.write(`| ${frames} | ${(peakBytes / 1e6).toFixed(0)} MB | ${seconds.toFixed(0)} |\n`);
    await rm(project, { recursive: true });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** What `memory/render.ts` found out about itself. */
interface Measured {
  readonly peakBytes: number;
  readonly seconds: number;
}

function renderInProcess(project: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [RENDER, project, String(threads)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Measured);
      else reject(new Error(`rendering ${project} ended with exit code ${code}`));
    });
  });
}
