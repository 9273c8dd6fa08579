import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  failureSchema,
  inspectResultSchema,
  packResultSchema,
  renderResultSchema,
  type InspectResult,
} from '../../integrations/embedding-animation/cli/results.ts';
import { makeRun } from '../helpers/make-run.ts';
import { hashFiles } from '../helpers/make-site.ts';
import { runCommand, startCommand } from '../helpers/run-command.ts';
import { countMade } from '../helpers/stored-results.ts';
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
    for (const name of ['render', 'pack', 'compare', 'inspect', 'download']) {
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
    [['rendr', '.'], 'Did you mean render?'],
    [['./somewhere'], 'there is no command "./somewhere"'],
    [['.'], 'a command is missing before "."'],
    [['--threads', '2', 'render', '.'], 'Type the command first: render.'],
    [['--vresion'], 'Did you mean --version?'],
    [['render', '.'], '--out <folder> is missing'],
    [['render', '.', '--out', ''], '--out <folder> has no value'],
    [['pack'], '<run> is missing'],
    [['pack', ''], '<run> is missing'],
    [['pack', 'a', 'b'], '"b" is one argument too many'],
    [['inspect', '.', '--colour'], 'inspect has no option --colour'],
    [['inspect', '.', '--imgaes', 'there'], 'Did you mean --images?'],
    [['inspect', '.', '--force'], 'It is an option of render.'],
    [['pack', '.', '--threads', 'many'], 'Give a whole number from 1 to 1024'],
    [['pack', '.', '--threads', '-1'], '--threads <number> is "-1"'],
    [['pack', '.', '--device', 'abacus'], '--device can not be "abacus"'],
    [['compare', '.', '--map', 'pooled'], 'It is an option of render and pack and inspect.'],
    [['pack', '.', '--checkpoints', '../other'], '--checkpoints is "../other"'],
    [['download', 'mnist'], '<data set> can not be "mnist"'],
  ])('ends with 2 and says what is wrong with %j', async (args, said) => {
    const outcome = await runCommand(args, { cwd: await makeTemporaryFolder() });
    expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
    expect(outcome.stderr).toContain(said);
    expect(outcome.stderr).toMatch(/^ {2}See astro-embedding-animation .*--help\.$/m);
  });

  it('explains itself within the width that COLUMNS says, and as data', async () => {
    const cwd = await makeTemporaryFolder();
    const help = await runCommand(['help', 'render'], { cwd, env: { COLUMNS: '50' } });
    const lines = help.stdout.split('\nExamples')[0]!.split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(50);
    const data = JSON.parse((await runCommand(['--help', '--json'], { cwd })).stdout) as object;
    expect(data).toMatchObject({
      commands: [{ name: 'render', result: { type: 'object' } }, {}, {}, {}, {}],
    });
    const version = await runCommand(['--version', '--json'], { cwd });
    expect(JSON.parse(version.stdout)).toEqual({ version: expect.stringMatching(/^\d/) as string });
  });

  it.each([
    [['paint', '--json'], 2, { name: 'UsageError', message: 'there is no command "paint"' }],
    [
      ['pack', '.', '--threads', '0', '--json'],
      2,
      { name: 'UsageError', message: '--threads <number> is "0"' },
    ],
    [['render', 'nowhere', '--out', 'out', '--json'], 1, { name: 'RunUnknown', file: 'nowhere' }],
    [['inspect', 'nowhere', '--json'], 1, { name: 'RunUnknown', file: 'nowhere' }],
    [['download', 'cifar10', '--to', '/dev/null/x', '--json'], 1, {}],
  ])('prints the error of %j as one JSON object', async (args, exitCode, expected) => {
    const outcome = await runCommand(args, { cwd: await makeTemporaryFolder() });
    expect(outcome).toMatchObject({ exitCode, stderr: '' });
    const failure = failureSchema.parse(JSON.parse(outcome.stdout));
    expect(failure.error).toMatchObject(expected);
    expect(failure.error.hint).not.toBe('');
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
    const again = () => runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(await countMade(cwd, again)).toEqual({});
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
    expect(await listFiles(join(cwd, 'cache'))).toEqual([]);
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
    expect(bare.stderr).toContain('Give --images <path>');
    const args = ['render', 'tiny', '--out', 'out', '--images', join(cwd, 'pictures'), ...CACHE];
    const { exitCode, stderr } = await runCommand(args, { cwd });
    expect(exitCode, stderr).toBe(0);
    const manifest = await readFile(join(cwd, 'out/animation.json'), 'utf8');
    expect(manifest).toContain('"title":"tiny"');
    expect(manifest).toContain('"path":"pictures"');
    expect(manifest).not.toContain(cwd);
    const titled = await runCommand([...args, '--title', 'By hand', '--json'], { cwd });
    const result = renderResultSchema.parse(JSON.parse(titled.stdout));
    expect(result).toMatchObject({ run: 'tiny', title: 'By hand', out: 'out' });
    expect(await listFiles(join(cwd, 'out'))).toEqual(expect.arrayContaining([...result.files]));
  });

  it('reads checkpoints of other names, and finds a run of a site by its name', async () => {
    const cwd = await makeTemporaryFolder();
    await writeFiles(cwd, { 'astro.config.mjs': '', 'package.json': '{}' });
    const run = join(cwd, 'content/runs/tiny');
    await makeRun(run, { steps: [1, 2] });
    for (const step of [1, 2]) await rename(join(run, `checkpoint-${step}`), join(run, `epoch_${step}`));
    const lost = await runCommand(['render', 'tiny', '--out', 'out'], { cwd });
    expect(lost.exitCode).toBe(1);
    expect(lost.stderr).toContain('there is a model in epoch_1 and epoch_2');
    expect(lost.stderr).toContain("--checkpoints 'epoch_*'");
    const args = ['render', 'tiny', '--out', 'out', '--checkpoints', 'epoch_*'];
    const { exitCode, stderr } = await runCommand(args, { cwd });
    expect(exitCode, stderr).toBe(0);
    expect(await listFiles(join(cwd, 'out/frames'))).toContain('step-000002.png');
    expect(await listFiles(join(cwd, 'node_modules/.astro'))).toContain('embedding-animation');
  });

  it('says once which models beside the checkpoints it leaves out', async () => {
    const cwd = await makeWorkplace();
    await cp(join(cwd, 'tiny/checkpoint-2'), join(cwd, 'tiny/checkpoint-best'), { recursive: true });
    const { stderr } = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(stderr.match(/left out, .*: checkpoint-best\.$/gm)).toHaveLength(1);
    const again = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
    expect(again.stderr).not.toContain('left out');
    const inspected = await inspect(cwd);
    expect(inspected.notices).toMatchObject([{ name: 'CheckpointsNotUsed', items: ['checkpoint-best'] }]);
  });
});

describe('pack', () => {
  it('writes the same bytes again, and inspect knows whether they are current', async () => {
    const cwd = await makeWorkplace();
    const packed = await runCommand(['pack', 'tiny', ...CACHE], { cwd });
    expect(packed.exitCode, packed.stderr).toBe(0);
    expect(packed.stdout).toContain('bytes per point and frame');
    const json = await runCommand(['pack', 'tiny', '--json', ...CACHE], { cwd });
    const result = packResultSchema.parse(JSON.parse(json.stdout));
    expect(result.bytes).toBe(result.files.reduce((sum, { bytes }) => sum + bytes, 0));
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
    await rm(join(cwd, 'cache'), { recursive: true });
    const inspected = await inspect(cwd); // without a cache: only the leading images have a thumbnail
    expect(inspected.pack.state).toBe('in use');
    expect(inspected.work.map(({ stage, missing }) => [stage, missing])).toEqual([['draw', 3]]);
    expect(inspected.work[0]!.seconds).toBeGreaterThan(0);
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

  it.each([
    ['missing', 'rm', 'the image folder does not exist'],
    ['unreadable', 'damage', "cats/0.png: the image can't be decoded"],
    ['nowhere', 'forget', 'nothing else says which images'],
  ])('lists the checkpoints of a run whose images are %s', async (_, how, problem) => {
    const cwd = await makeWorkplace();
    if (how === 'rm') await rm(join(cwd, 'tiny/images'), { recursive: true });
    if (how === 'damage') await writeFile(join(cwd, 'tiny/images/cats/0.png'), 'damaged');
    if (how === 'forget') await rm(join(cwd, 'tiny/run.yaml'));
    const { exitCode, stdout } = await runCommand(['inspect', 'tiny', ...CACHE], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^10 +weights +\S+ kB$/m);
    expect(stdout).toContain(problem);
    const inspected = await inspect(cwd, 1);
    expect(inspected).toMatchObject({ usable: false, work: [] });
    expect(inspected.checkpoints.map(({ step, problem }) => [step, problem])).toEqual(
      [0, 2, 10].map((step) => [step, undefined]),
    );
    expect(inspected.problems).toHaveLength(1);
  });

  it('lists a broken checkpoint with what is wrong, and the others', async () => {
    const cwd = await makeWorkplace();
    await writeFile(join(cwd, 'tiny/checkpoint-2/model.safetensors'), 'damaged');
    await rm(join(cwd, 'tiny/checkpoint-10/preprocessor_config.json'));
    const { exitCode, stdout } = await runCommand(['inspect', 'tiny', ...CACHE], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^2 +can not be used$/m);
    expect(stdout).toMatch(/^0 +weights +\S+ kB$/m);
    const { checkpoints } = await inspect(cwd, 1);
    expect(checkpoints.map(({ problem }) => problem?.name)).toEqual([
      undefined,
      'SafetensorsInvalid',
      undefined,
    ]);
    await rm(join(cwd, 'tiny/checkpoint-2'), { recursive: true });
    const later = await inspect(cwd, 1); // a processor is missed only once the checkpoint could be opened
    expect(later.checkpoints.map(({ problem }) => problem?.name)).toEqual([undefined, 'ProcessorInvalid']);
  });

  it('takes no longer than the work that it estimates', async () => {
    const cwd = await makeWorkplace();
    const timeOf = async (args: readonly string[]) => {
      const start = performance.now();
      const { exitCode, stderr } = await runCommand([...args, ...CACHE], { cwd });
      expect(exitCode, stderr).toBe(0);
      return performance.now() - start;
    };
    const inspecting = await timeOf(['inspect', 'tiny']);
    const rendering = await timeOf(['render', 'tiny', '--out', 'out']);
    expect(inspecting).toBeLessThan(2 * rendering + 2000); // neighbours on the machine come and go
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
    const json = startCommand([...args, '--json'], { cwd });
    await json.waitFor('scored outliers');
    json.process.kill('SIGINT');
    const told = await json.outcome;
    expect(told.exitCode).toBe(130);
    expect(JSON.parse(told.stdout)).toMatchObject({ error: { name: 'Interrupted' } });
    const made = await countMade(cwd, async () => {
      const next = await runCommand(args, { cwd });
      expect(next.exitCode, next.stderr).toBe(0);
    });
    expect(made).toHaveProperty('rendered');
    expect(made).not.toHaveProperty('embeddings');
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

async function inspect(cwd: string, expectedCode = 0): Promise<InspectResult> {
  const { exitCode, stdout, stderr } = await runCommand(['inspect', 'tiny', '--json', ...CACHE], { cwd });
  expect(exitCode, stderr).toBe(expectedCode);
  expect(stdout).not.toContain(cwd);
  return inspectResultSchema.parse(JSON.parse(stdout));
}
