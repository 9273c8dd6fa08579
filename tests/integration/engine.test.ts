import { appendFile, cp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../integrations/embedding-animation/engine/index.ts';
import { optionsSchema } from '../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../helpers/catch-error.ts';
import { hashPublished, makeProject } from '../helpers/project.ts';
import { countMade } from '../helpers/stored-results.ts';

/** An engine as `astro dev` makes it, with what it says. */
function openForDevelopment(root: string, theme: 'light' | 'dark' = 'light') {
  const lines: string[] = [];
  const failures: string[] = [];
  const say = (line: string) => void lines.push(line);
  const engine = createEngine({
    options: optionsSchema.parse({ threads: 2, animation: { theme } }),
    projectRoot: root,
    runsFolder: join(root, 'content/runs'),
    cacheFolder: join(root, 'cache'),
    base: '/',
    keepsLast: true,
    logger: { info: say, warn: say },
  });
  engine.events.onFailure = ({ run }) => void failures.push(run);
  return { engine, lines, failures };
}

async function stillOf(engine: Engine, id = 'tiny'): Promise<string | undefined> {
  return (await engine.summaries()).find((run) => run.id === id)?.animation?.urls.still;
}

describe('the engine of astro dev', () => {
  it('has no pictures before the first rendering, and those of the last while there is a newer one to come', async () => {
    const root = await makeProject();
    const { engine } = openForDevelopment(root);
    expect(await stillOf(engine)).toBeUndefined();
    await engine.renderAll();
    const first = await stillOf(engine);
    await appendFile(join(root, 'content/runs/tiny/run.yaml'), 'animation: { theme: dark }\n');
    engine.invalidate('tiny');
    expect(await stillOf(engine)).toBe(first);
    expect((await engine.published()).get('tiny')?.files.size).toBe(14);
    await engine.renderAll();
    expect(await stillOf(engine)).not.toBe(first);
  });

  it('shows the newest pictures of an earlier process until the exact ones are made', async () => {
    const root = await makeProject();
    const before = openForDevelopment(root).engine;
    await before.renderAll();
    const { engine } = openForDevelopment(root, 'dark');
    expect(await stillOf(engine)).toBe(await stillOf(before));
    await engine.renderAll();
    expect(await stillOf(engine)).not.toBe(await stillOf(before));
  });

  it('tells a failure once, keeps what it had, and tries again only when that run has changed', async () => {
    const root = await makeProject();
    const runs = join(root, 'content/runs');
    await cp(join(runs, 'tiny'), join(runs, 'other'), { recursive: true });
    const { engine, failures, lines } = openForDevelopment(root);
    await engine.renderAll();
    const still = await stillOf(engine);
    const weights = join(runs, 'tiny/checkpoint-2/model.safetensors');
    await rename(weights, join(root, 'aside'));
    await writeFile(weights, '');
    await truncate(weights, 40);
    engine.invalidate('tiny');
    for (let times = 0; times < 3; times++) {
      await engine.renderAll();
      expect((await engine.failures()).map(({ run }) => run)).toEqual(['tiny']);
      expect(await stillOf(engine)).toBe(still);
      await engine.checkpoints();
    }
    expect(failures).toEqual(['tiny']);
    lines.length = 0;
    engine.invalidate('other');
    expect(await countMade(root, () => engine.renderAll())).toEqual({});
    expect(failures).toEqual(['tiny']);
    expect(lines.map((line) => line.split(':', 1)[0])).toEqual(['other']);
    await rename(join(root, 'aside'), weights);
    engine.invalidate('tiny');
    await engine.renderAll();
    expect(await engine.failures()).toEqual([]);
  });

  it('tells no failure of a run whose folder is being written', async () => {
    const root = await makeProject();
    const { engine, failures } = openForDevelopment(root);
    await truncate(join(root, 'content/runs/tiny/checkpoint-2/model.safetensors'), 40);
    const rendering = engine.renderAll();
    const touching = setInterval(() => {
      engine.touch('tiny');
    }, 20);
    await rendering;
    clearInterval(touching);
    expect(failures).toEqual([]);
    engine.invalidate('tiny');
    await engine.renderAll();
    expect(failures).toEqual(['tiny']);
  });

  it('lets go of a run that is deleted, and takes up one that is added', async () => {
    const root = await makeProject();
    const runs = join(root, 'content/runs');
    const { engine } = openForDevelopment(root);
    await engine.renderAll();
    await cp(join(runs, 'tiny'), join(runs, 'other'), { recursive: true });
    await rm(join(runs, 'tiny'), { recursive: true });
    engine.invalidate('tiny');
    engine.invalidate('other');
    await engine.renderAll();
    expect(await engine.runIds()).toEqual(['other']);
    expect([...(await engine.published()).keys()]).toEqual(['other']);
  });

  it('stops when it is closed, without a failure, and the next one begins after it', async () => {
    const root = await makeProject();
    const { engine, failures } = openForDevelopment(root);
    const rendering = engine.renderAll();
    const closed = engine.close();
    await Promise.all([rendering, closed]);
    expect(await hashPublished(root)).toEqual({});
    expect(failures).toEqual([]);
    const next = openForDevelopment(root);
    await next.engine.renderAll();
    expect(await stillOf(next.engine)).toBeDefined();
  });
});

describe('the engine of a build', () => {
  it('tells all runs that can not be opened together, before it renders any', async () => {
    const root = await makeProject();
    const runs = join(root, 'content/runs');
    for (const name of ['one', 'two']) {
      await cp(join(runs, 'tiny'), join(runs, name), { recursive: true });
      await writeFile(join(runs, name, 'run.yaml'), 'title: T\n');
    }
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const { settings } = openForDevelopment(root).engine;
    const engine = createEngine({ ...settings, keepsLast: false, logger: { info: say, warn: say } });
    const error = await catchError('RunsFailed', () => engine.renderAll());
    expect(error.message).toMatch(/2 runs can't be used:\n- run "one".*\n- run "two"/);
    expect(lines).toEqual([]);
  });
});
