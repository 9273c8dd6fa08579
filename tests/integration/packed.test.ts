import { execFile } from 'node:child_process';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  frameDataSchema,
  manifestSchema,
} from '../../integrations/embedding-animation/artifacts/manifest.ts';
import { decodePng } from '../../integrations/embedding-animation/images/index.ts';
import { makeRun } from '../helpers/make-run.ts';
import { buildSite, hashFiles, makeSite } from '../helpers/make-site.ts';
import { runCommand } from '../helpers/run-command.ts';
import { countMade } from '../helpers/stored-results.ts';
import { writeFiles } from '../helpers/temporary-folder.ts';

const RUN = 'content/runs/tiny';
const EMITTED = 'dist/embedding-animation/tiny';
const NO_MODELS = `--import=${
  pathToFileURL(fileURLToPath(new URL('../helpers/without-models.mjs', import.meta.url))).href
}`;

/** A step of 1/65,535 moves a value by half of it at most; JSON has seven digits. */
const HALF_A_STEP = 0.5 / 65_535;
const DIGITS = 1e-6;
/** Width of the widest map that a frame of 1200 px could show. */
const MAP_PX = 1200;

async function makePackedSite(): Promise<string> {
  const site = await makeSite('tiny');
  await makeRun(join(site, RUN), { imagesPerClass: 100 });
  return site;
}

async function packRun(site: string): Promise<void> {
  const { exitCode, stderr } = await runCommand(['pack', RUN, '--cache', 'cache'], { cwd: site });
  expect(exitCode, stderr).toBe(0);
}

/** Leaves what a repository without large files would hold: run.yaml, configs, history and the pack. */
async function removeHeavyFiles(site: string): Promise<void> {
  const run = join(site, RUN);
  for (const name of await readdir(run)) {
    if (name.startsWith('checkpoint-')) await rm(join(run, name, 'model.safetensors'));
  }
  await rm(join(run, 'images'), { recursive: true });
  await rm(join(site, 'cache'), { recursive: true });
  await rm(join(site, 'dist'), { recursive: true, force: true });
}

async function withoutModels<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `${before ?? ''} ${NO_MODELS}`;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
}

describe('a build from packed results', () => {
  it('needs neither weights, nor images, nor what runs models, and shows the same', async () => {
    const site = await makePackedSite();
    const full = await buildSite(site);
    expect(full.exitCode, full.output).toBe(0);
    const before = await readEmitted(site);
    await packRun(site);
    await removeHeavyFiles(site);
    const made = await countMade(site, async () => {
      const packed = await withoutModels(() => buildSite(site));
      expect(packed.exitCode, packed.output).toBe(0);
    });
    expect(made).toHaveProperty('frames');
    expect(made).not.toHaveProperty('embeddings');
    const after = await readEmitted(site);
    expect(Object.keys(after.pictures)).toEqual(Object.keys(before.pictures));
    for (const [name, picture] of Object.entries(before.pictures)) {
      const difference = await comparePictures(picture, after.pictures[name]!);
      expect(difference.share, name).toBeLessThan(0.005);
      expect(difference.mean, name).toBeLessThan(0.05);
    }
    expectSameData(before, after);
  });

  it('draws the same bytes every time', async () => {
    const site = await makePackedSite();
    await packRun(site);
    await removeHeavyFiles(site);
    await buildSite(site);
    const first = await hashFiles(join(site, 'dist'));
    await rm(join(site, 'cache'), { recursive: true });
    const { exitCode, output } = await buildSite(site);
    expect(exitCode, output).toBe(0);
    expect(await hashFiles(join(site, 'dist'))).toEqual(first);
  });

  it('is not made where weights are there: the pack is ignored', async () => {
    const site = await makePackedSite();
    await packRun(site);
    await rm(join(site, RUN, 'packed/points.safetensors.gz'));
    const { exitCode, output } = await buildSite(site);
    expect(exitCode, output).toBe(0);
  });

  it('fails with the pack named when it is damaged', async () => {
    const site = await makePackedSite();
    await packRun(site);
    await removeHeavyFiles(site);
    await rm(join(site, RUN, 'packed/points.safetensors.gz'));
    const { exitCode, output } = await buildSite(site);
    expect(exitCode).not.toBe(0);
    expect(output).toContain('packed/points.safetensors.gz');
    expect(output).toContain('Pack the run again');
  });
});

describe('the hook that takes models away', () => {
  it.each(['onnxruntime-node', '@huggingface/transformers'])(
    'takes away %s in every thread',
    async (name) => {
      const folder = await makeSite();
      await writeFiles(folder, {
        'load.mjs': `import { Worker, isMainThread } from 'node:worker_threads';
const said = await import('${name}').then(() => 'there', () => 'gone');
console.log(isMainThread ? 'main' : 'worker', said);
if (isMainThread) new Worker(new URL(import.meta.url));`,
      });
      const load = async (options: string) => {
        const env = { ...process.env, NODE_OPTIONS: options };
        return (await promisify(execFile)(process.execPath, [join(folder, 'load.mjs')], { env })).stdout;
      };
      expect(await load('')).toBe('main there\nworker there\n');
      expect(await load(NO_MODELS)).toBe('main gone\nworker gone\n');
    },
  );

  it('stops a build that has to embed', async () => {
    const site = await makePackedSite();
    const { exitCode, output } = await withoutModels(() => buildSite(site));
    expect(exitCode).not.toBe(0);
    expect(output).toContain('is not installed here');
  });
});

interface Emitted {
  readonly pictures: Readonly<Record<string, Uint8Array>>;
  readonly manifest: ReturnType<typeof manifestSchema.parse>;
  readonly frames: readonly ReturnType<typeof frameDataSchema.parse>[];
}

async function readEmitted(site: string): Promise<Emitted> {
  const folder = join(site, EMITTED);
  const names = (await readdir(join(folder, 'frames'))).sort();
  const read = (name: string) => readFile(join(folder, 'frames', name));
  const pictures = names.filter((name) => name.endsWith('.png'));
  const frames = names.filter((name) => name.endsWith('.json'));
  const parse = (text: Buffer): unknown => JSON.parse(text.toString());
  const readNamed = async (name: string): Promise<[string, Uint8Array]> => [name, await read(name)];
  return {
    pictures: Object.fromEntries(await Promise.all(pictures.map(readNamed))),
    manifest: manifestSchema.parse(parse(await readFile(join(folder, 'animation.json')))),
    frames: await Promise.all(frames.map(async (name) => frameDataSchema.parse(parse(await read(name))))),
  };
}

/** The share of pixels that differ, and the mean difference of a channel over all, 0 … 255. */
async function comparePictures(
  first: Uint8Array,
  second: Uint8Array,
): Promise<{ share: number; mean: number }> {
  const [a, b] = [await decodePng(first), await decodePng(second)];
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  let [differing, sum] = [0, 0];
  for (let at = 0; at < a.data.length; at += 3) {
    const differences = [0, 1, 2].map((channel) => Math.abs(a.data[at + channel]! - b.data[at + channel]!));
    if (differences.some((difference) => difference > 0)) differing++;
    for (const difference of differences) sum += difference;
  }
  return { share: (3 * differing) / a.data.length, mean: sum / a.data.length };
}

function expectSameData(before: Emitted, after: Emitted): void {
  expect(after.manifest).toEqual(before.manifest);
  expect(after.frames).toHaveLength(before.frames.length);
  for (const [index, { x, y, scores, ...figures }] of before.frames.entries()) {
    const frame = after.frames[index]!;
    expect(frame).toMatchObject(figures);
    for (const [axis, now] of [
      [x, frame.x],
      [y, frame.y],
    ] as const) {
      const span = Math.max(...axis) - Math.min(...axis);
      const moved = largestMove(axis, now);
      expect(moved).toBeLessThanOrEqual(span * HALF_A_STEP + DIGITS * span);
      expect((moved / span) * MAP_PX).toBeLessThan(0.05);
    }
    expect(largestMove(scores, frame.scores)).toBeLessThanOrEqual(HALF_A_STEP + DIGITS);
  }
}

function largestMove(before: readonly number[], after: readonly number[]): number {
  expect(after).toHaveLength(before.length);
  return Math.max(...before.map((value, index) => Math.abs(value - after[index]!)));
}
