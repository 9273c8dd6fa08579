import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRun } from '../helpers/make-run.ts';
import { hashFiles } from '../helpers/make-site.ts';
import { runCommand, startCommand } from '../helpers/run-command.ts';
import { makeTemporaryFolder, writeFiles } from '../helpers/temporary-folder.ts';

const CACHE = ['--cache', 'cache'];

async function makeWorkplace(steps: readonly number[] = [0, 2, 10], imagesPerClass = 6): Promise<string> {
  const cwd = await makeTemporaryFolder();
  await makeRun(join(cwd, 'tiny'), { steps, imagesPerClass });
  return cwd;
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries.sort();
}

describe('the command line', () => {
  it('explains itself on stdout', async () => {
    const cwd = await makeTemporaryFolder();
    const help = await runCommand(['--help'], { cwd });
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    for (const name of ['render', 'pack', 'inspect', 'download']) {
      expect(help.stdout).toContain(`  ${name} `);
      const own = await runCommand([name, '--help'], { cwd });
      expect(own).toMatchObject({ exitCode: 0, stderr: '' });
      expect(own.stdout).toContain(`Usage: astro-embedding-animation ${name} `);
    }
    expect((await runCommand(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], 'a command is missing'],
    [['paint'], 'there is no command "paint"'],
    [['render', '.'], '--out <folder> is missing'],
    [['render', '.', '--out', ''], '--out <folder> is missing'],
    [['pack'], '<run folder> is missing'],
    [['pack', ''], '<run folder> is missing'],
    [['pack', 'a', 'b'], '"b" is one argument too many'],
    [['inspect', '.', '--colour'], "Unknown option '--colour'"],
    [['pack', '.', '--threads', 'many'], '--threads'],
    [['pack', '.', '--device', 'abacus'], '--device'],
    [['download', 'mnist'], 'no data set "mnist"'],
  ])('ends with 2 and says what is wrong with %j', async (args, said) => {
    const outcome = await runCommand(args, { cwd: await makeTemporaryFolder() });
    expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
    expect(outcome.stderr).toContain(said);
    expect(outcome.stderr).toContain('--help');
  });

  it('ends with 1, the place, the problem and a hint for a run that can not be used, without a stack', async () => {
    const cwd = await makeWorkplace();
    await writeFile(join(cwd, 'tiny/checkpoint-2/model.safetensors'), 'damaged');
    const { exitCode, stdout, stderr } = await runCommand(['pack', 'tiny', ...CACHE], { cwd });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Error: run "tiny", step 2, model.safetensors');
    expect(stderr).toContain('copy the checkpoint again');
    expect(stderr).not.toMatch(/^ {4}at /m);
    const verbose = await runCommand(['pack', 'tiny', ...CACHE, '--verbose'], { cwd });
    expect(verbose.stderr).toMatch(/^ {4}at /m);
  });
});

describe('render', () => {
  it('writes what a build would publish, and nothing twice', async () => {
    const cwd = await makeWorkplace();
    const first = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^out: \d+ files, /);
    const files = Object.keys(await hashFiles(join(cwd, 'out')));
    expect(files).toEqual(
      expect.arrayContaining(['animation.gif', 'animation.json', 'frames/step-000010.png']),
    );
    const hashes = await hashFiles(join(cwd, 'out'));
    const second = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(second.stderr).toContain('unchanged');
    expect(await hashFiles(join(cwd, 'out'))).toEqual(hashes);
  });

  it('takes away its own old files and leaves those of others', async () => {
    const cwd = await makeWorkplace();
    await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    await writeFile(join(cwd, 'out/notes.txt'), 'mine');
    await writeFile(join(cwd, 'out/frames/notes.txt'), 'mine too');
    await rm(join(cwd, 'tiny/checkpoint-2'), { recursive: true });
    const { exitCode, stderr } = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(exitCode, stderr).toBe(0);
    const files = await listFiles(join(cwd, 'out'));
    expect(files).not.toContain('frames/step-000002.png');
    expect(files).toEqual(
      expect.arrayContaining(['frames/step-000000.png', 'frames/notes.txt', 'notes.txt']),
    );
  });

  it('refuses a folder of others before it works, and writes into it when forced', async () => {
    const cwd = await makeWorkplace();
    await mkdir(join(cwd, 'out'));
    await writeFile(join(cwd, 'out/animation.gif'), 'of somebody else');
    await writeFile(join(cwd, 'out/notes.txt'), 'mine');
    const refused = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('out: the folder holds other files');
    expect(refused.stderr).not.toContain('embedded');
    expect(await readFile(join(cwd, 'out/animation.gif'), 'utf8')).toBe('of somebody else');
    const forced = await runCommand(['render', 'tiny', '--out', 'out', '--force', ...CACHE], { cwd });
    expect(forced.exitCode, forced.stderr).toBe(0);
    expect((await readFile(join(cwd, 'out/animation.gif'))).subarray(0, 6).toString()).toBe('GIF89a');
    expect(await readFile(join(cwd, 'out/notes.txt'), 'utf8')).toBe('mine');
  });

  it.skipIf(!existsSync('/proc/self'))('ends where output or cache is a place for no files', async () => {
    const cwd = await makeWorkplace();
    const output = await runCommand(['render', 'tiny', '--out', '/proc/new', ...CACHE], { cwd });
    expect(output).toMatchObject({ exitCode: 1, stdout: '' });
    expect(output.stderr).toContain("Error: /proc/new: the folder can't be written");
    expect(output.stderr).toContain('name another folder as --out');
    const cache = await runCommand(['render', 'tiny', '--out', 'out', '--cache', '/proc/new'], { cwd });
    expect(cache).toMatchObject({ exitCode: 1, stdout: '' });
    expect(cache.stderr).toContain('/proc/new/embedding-animation/cache can not be written');
    expect(await listFiles(cwd)).not.toContain('out');
  });

  it('takes title and images from the command line where there is no run.yaml', async () => {
    const cwd = await makeWorkplace();
    await rm(join(cwd, 'tiny/run.yaml'));
    await rename(join(cwd, 'tiny/images'), join(cwd, 'pictures'));
    const bare = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(bare.exitCode).toBe(1);
    expect(bare.stderr).toContain('--title and --images');
    const args = ['render', 'tiny', '--out', 'out', '--title', 'By hand', '--images', 'pictures', ...CACHE];
    const { exitCode, stderr } = await runCommand(args, { cwd });
    expect(exitCode, stderr).toBe(0);
    expect(await readFile(join(cwd, 'out/animation.json'), 'utf8')).toContain('"title":"By hand"');
  });
});

describe('pack', () => {
  it('writes the same bytes again, and inspect knows whether they are current', async () => {
    const cwd = await makeWorkplace();
    const packed = await runCommand(['pack', 'tiny', ...CACHE], { cwd });
    expect(packed.exitCode, packed.stderr).toBe(0);
    expect(packed.stdout).toContain('bytes per point and frame');
    const hashes = await hashFiles(join(cwd, 'tiny/packed'));
    expect(Object.keys(hashes)).toEqual(['points.safetensors.gz', 'run.json', 'thumbnails.webp']);
    await rm(join(cwd, 'cache'), { recursive: true });
    await runCommand(['pack', 'tiny', ...CACHE], { cwd });
    expect(await hashFiles(join(cwd, 'tiny/packed'))).toEqual(hashes);
    const before = await inspect(cwd);
    expect(before.pack.state).toBe('current');
    await rm(join(cwd, 'tiny/checkpoint-0'), { recursive: true });
    expect((await inspect(cwd)).pack.state).toBe('stale');
  });

  it('is rendered where the weights and images are gone', async () => {
    const cwd = await makeWorkplace();
    await runCommand(['pack', 'tiny', ...CACHE], { cwd });
    for (const name of await readdir(join(cwd, 'tiny'))) {
      if (name !== 'packed' && name !== 'run.yaml') await rm(join(cwd, 'tiny', name), { recursive: true });
    }
    await rm(join(cwd, 'cache'), { recursive: true });
    const { exitCode, stderr } = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(exitCode, stderr).toBe(0);
    expect(await listFiles(join(cwd, 'out/frames'))).toContain('step-000010.png');
    expect((await inspect(cwd)).pack.state).toBe('in use');
    const again = await runCommand(['pack', 'tiny', ...CACHE], { cwd });
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain('nothing to pack');
  });
});

describe('the cache', () => {
  const OLD = 'cache/embedding-animation/cache/embeddings/old';
  const LONG_AGO = new Date(Date.now() - 100 * 24 * 60 * 60 * 1000);

  it.each([
    ['render', ['tiny', '--out', 'out']],
    ['pack', ['tiny']],
  ])('loses what was not used for long when %s ends, unless a site shares it', async (command, args) => {
    const cwd = await makeWorkplace();
    await writeFiles(cwd, { [OLD]: 'unused', 'package.json': '{}', 'astro.config.mjs': '' });
    await utimes(join(cwd, OLD), LONG_AGO, LONG_AGO);
    const shared = await runCommand([command, ...args, ...CACHE], { cwd });
    expect(shared.exitCode, shared.stderr).toBe(0);
    expect(await listFiles(cwd)).toContain(OLD);
    await rm(join(cwd, 'astro.config.mjs'));
    const own = await runCommand([command, ...args, ...CACHE], { cwd });
    expect(own.stderr).toContain('removed 1 results that are no longer used');
    expect(await listFiles(cwd)).not.toContain(OLD);
  });
});

describe('inspect', () => {
  it('says what is there and what is left, and leaves no trace', async () => {
    const cwd = await makeWorkplace();
    const { exitCode, stdout, stderr } = await runCommand(['inspect', 'tiny', ...CACHE], { cwd });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('12 images in 2 classes');
    expect(stdout).toMatch(/^10 +weights +\S+ kB +to do +to do$/m);
    expect(stdout).toMatch(/^embed +3 of 3 checkpoints +about /m);
    expect(Object.keys(await hashFiles(join(cwd, 'cache/embedding-animation/cache/embeddings')))).toEqual([]);
    await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    const after = await runCommand(['inspect', 'tiny', ...CACHE], { cwd });
    expect(after.stdout).toContain('A build has nothing to compute.');
    expect(after.stdout).toMatch(/^10 +weights +\S+ kB +cached +cached$/m);
  });

  it('counts what a new checkpoint and another look leave to do', async () => {
    const cwd = await makeWorkplace();
    await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    await makeRun(join(cwd, 'tiny'), { steps: [0, 2, 5, 10] });
    const { work, checkpoints } = await inspect(cwd);
    expect(checkpoints.map(({ embedded }) => embedded)).toEqual([true, true, false, true]);
    expect(work.map(({ stage, missing }) => [stage, missing])).toEqual([
      ['embed', 1],
      ['analyse', 1],
      ['draw', 4],
    ]);
  });
});

describe('Ctrl-C', () => {
  const STEPS = Array.from({ length: 40 }, (_, step) => step);

  it('stops with 130, leaves no half-written file, and the next run goes on', async () => {
    const cwd = await makeWorkplace(STEPS, 40);
    const args = ['render', 'tiny', '--out', 'out', '--threads', '1', ...CACHE];
    const running = startCommand(args, { cwd });
    await running.waitFor('scored outliers');
    running.process.kill('SIGINT');
    const stopped = await running.outcome;
    expect(stopped.exitCode, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain('Stopping');
    expect(stopped.stderr).not.toContain('Error');
    expect(stopped.stdout).toBe('');
    const left = await listFiles(cwd);
    expect(left.filter((file) => file.includes('tmp'))).toEqual([]);
    expect(left).not.toContain('out');
    const next = await runCommand(args, { cwd });
    expect(next.exitCode, next.stderr).toBe(0);
    expect(next.stderr).toContain('with 0 checkpoints');
  });

  it('quits at once the second time', async () => {
    const cwd = await makeWorkplace(STEPS, 40);
    const running = startCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    await running.waitFor('scored outliers');
    // Two signals that are not one to the system, so that the work has no time to stop between them.
    running.process.kill('SIGINT');
    running.process.kill('SIGTERM');
    const { signal, stderr } = await running.outcome;
    expect(stderr).toContain('Stopping');
    expect(['SIGINT', 'SIGTERM']).toContain(signal); // whichever came second; 130 or 143 in a shell
  });
});

interface Inspected {
  readonly pack: { readonly state: string };
  readonly checkpoints: readonly { readonly embedded: boolean }[];
  readonly work: readonly { readonly stage: string; readonly missing: number }[];
}

async function inspect(cwd: string): Promise<Inspected> {
  const { exitCode, stdout, stderr } = await runCommand(['inspect', 'tiny', '--json', ...CACHE], { cwd });
  expect(exitCode, stderr).toBe(0);
  expect(stdout).not.toContain(cwd);
  return JSON.parse(stdout) as Inspected; // the parts that the tests look at
}
