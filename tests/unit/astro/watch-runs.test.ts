import { appendFile } from 'node:fs/promises';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchRuns, type Watcher } from '../../../integrations/embedding-animation/astro/watch-runs.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A watched folder of runs whose events a test makes itself. */
async function watch() {
  const runs = await makeTemporaryFolder();
  await writeFiles(runs, { 'a/run.yaml': 'title: A', 'a/checkpoint-1/model.safetensors': '12' });
  const emitter = new EventEmitter();
  const watcher: Watcher = {
    add: () => undefined,
    on: (event, listener) => emitter.on(event, listener),
    off: (event, listener) => emitter.off(event, listener),
  };
  const changed: (string | undefined)[] = [];
  const touched: string[] = [];
  const stop = watchRuns(watcher, runs, {
    onTouch: (run) => void touched.push(run),
    onChange: (run) => void changed.push(run),
  });
  const change = (path: string) => emitter.emit('all', 'change', join(runs, path));
  return { runs, changed, touched, change, stop };
}

/** Lets time pass, and what is told be heard. */
async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await new Promise((resolve) => setImmediate(resolve));
}

describe('watching the folder of runs', () => {
  it("tells a run by its folder's name in composed characters, whatever the file system has", async () => {
    const { runs, changed, touched, change } = await watch();
    await writeFiles(runs, { 'e\u0301/checkpoint-1/model.safetensors': '12' });
    change('e\u0301/run.yaml');
    expect(touched).toEqual(['\u00e9']);
    await pass(300);
    expect(changed).toEqual(['\u00e9']);
  });

  it('tells soon of a file beside the checkpoints, once for several events, and at once that it is touched', async () => {
    const { changed, touched, change } = await watch();
    change('a/run.yaml');
    change('a/run.yaml');
    expect(touched).toEqual(['a', 'a']);
    await pass(299);
    expect(changed).toEqual([]);
    await pass(1);
    expect(changed).toEqual(['a']);
  });

  it('waits until weights have come to rest and do not grow between two looks', async () => {
    const { runs, changed, change } = await watch();
    vi.useRealTimers();
    change('a/checkpoint-1/model.safetensors');
    await new Promise((resolve) => setTimeout(resolve, 1700));
    await appendFile(join(runs, 'a/checkpoint-1/model.safetensors'), '34'); // no event tells of it
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(changed).toEqual([]);
    await vi.waitFor(() => {
      expect(changed).toEqual(['a']);
    }, 3000);
  });

  it('tells of each run by itself, of the folder itself as of none, and of nothing outside', async () => {
    const { changed, change } = await watch();
    change('b/log.csv');
    change('a/run.yaml');
    change('../elsewhere/run.yaml');
    change('');
    await pass(300);
    expect(changed.toSorted()).toEqual(['a', 'b', undefined]);
  });

  it('tells of nothing once it has ended', async () => {
    const { changed, change, stop } = await watch();
    change('a/run.yaml');
    stop();
    change('a/run.yaml');
    await pass(5000);
    expect(changed).toEqual([]);
  });
});
