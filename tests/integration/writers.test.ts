/** Commands that write outside the cache, killed in the midst of it or with a full disk. */
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { failureSchema } from '../../integrations/embedding-animation/cli/results.ts';
import { makeRun } from '../helpers/make-run.ts';
import { hashFiles } from '../helpers/make-site.ts';
import { runCommand, type CommandOutcome } from '../helpers/run-command.ts';
import { makeTemporaryFolder } from '../helpers/temporary-folder.ts';

const PRELOAD = pathToFileURL(fileURLToPath(new URL('../helpers/fault-at-write.mjs', import.meta.url))).href;
const CACHE = ['--cache', 'cache'];

/** A command that writes, and the folder it writes into. */
interface Writer {
  readonly title: string;
  readonly args: readonly string[];
  /** Below the working folder. */
  readonly folder: string;
  /** What its files' paths fit. */
  readonly path: string;
  /** Names of files that are its own. */
  readonly own: RegExp;
  /** The error of a disk that is full. */
  readonly error: string;
}

const WRITERS: readonly Writer[] = [
  {
    title: 'render --out',
    args: ['render', 'tiny', '--out', 'out', ...CACHE],
    folder: 'out',
    path: '/out/',
    own: /^/,
    error: 'OutputFolderTaken',
  },
  {
    title: 'pack',
    args: ['pack', 'tiny', ...CACHE],
    folder: 'tiny',
    path: '/packed',
    own: /^packed/,
    error: 'FileUnwritable',
  },
  {
    title: 'storeEmbeddings',
    args: ['render', 'tiny', '--out', 'out', ...CACHE],
    folder: 'tiny',
    path: '/checkpoint-\\d+/embedding',
    own: /embedding\.safetensors/,
    error: 'FileUnwritable',
  },
];

/** Changes of files at which a fault happens: the first ones, those of the midst, and the last of small writers. */
const MOMENTS = [1, 2, 3, 6];

/** A run whose results are in the cache already, so that a command does little else than write. */
let template: string;

beforeAll(async () => {
  template = await makeTemporaryTemplate();
  return () => rm(template, { recursive: true, force: true });
});

describe.each(WRITERS)('$title', (writer) => {
  it('that is killed while it writes is followed by one that succeeds and leaves nothing of it', async () => {
    const whole = await writeUndisturbed(writer);
    const cwd = await makeWorkplace(writer);
    let kills = 0;
    for (const moment of MOMENTS) {
      const killed = await run(writer, cwd, { FAULT: 'kill', FAULT_AT: String(moment) });
      if (killed.signal === 'SIGKILL') kills++;
      else expect(killed.exitCode, killed.stderr).toBe(0);
    }
    expect(kills).toBeGreaterThan(2);
    const next = await run(writer, cwd);
    expect(next.exitCode, next.stderr).toBe(0);
    expect(await listWritten(writer, cwd)).toEqual(whole);
  });

  it('on a disk that is full says so with the file, leaves nothing half-written, and goes on once there is room', async () => {
    const whole = await writeUndisturbed(writer);
    const cwd = await makeWorkplace(writer);
    for (const moment of MOMENTS.slice(0, 3)) {
      const full = await run(writer, cwd, { FAULT: 'ENOSPC', FAULT_AT: String(moment) }, ['--json']);
      expect(full.exitCode, full.stderr).toBe(1);
      const { error } = failureSchema.parse(JSON.parse(full.stdout));
      expect(error.name).toBe(writer.error);
      expect(error.message).toContain('ENOSPC');
      expect(error.message).toMatch(/\.(json|png|gif|gz|webp|safetensors)/);
      expect(error.message).not.toContain(cwd);
      expect(error.hint).toMatch(/room|space/);
      const left = await listNames(writer, cwd);
      expect(left.filter((name) => name.includes('.tmp'))).toEqual([]);
    }
    const next = await run(writer, cwd);
    expect(next.exitCode, next.stderr).toBe(0);
    expect(await listWritten(writer, cwd)).toEqual(whole);
  });
});

async function makeTemporaryTemplate(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'embedding-animation-'));
  await makeRun(join(cwd, 'tiny'));
  const { exitCode, stderr } = await runCommand(['render', 'tiny', '--out', 'out', ...CACHE], { cwd });
  expect(exitCode, stderr).toBe(0);
  await rm(join(cwd, 'out'), { recursive: true });
  return cwd;
}

async function makeWorkplace({ title }: Writer): Promise<string> {
  const cwd = await makeTemporaryFolder();
  await cp(template, cwd, { recursive: true });
  if (title === 'storeEmbeddings') await appendFile(join(cwd, 'tiny/run.yaml'), 'storeEmbeddings: true\n');
  return cwd;
}

function run(
  { args, path }: Writer,
  cwd: string,
  fault: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
): Promise<CommandOutcome> {
  const env = { NODE_OPTIONS: `--import ${PRELOAD}`, FAULT_PATH: path, ...fault };
  return runCommand([...args, ...more], { cwd, ...('FAULT' in fault && { env }) });
}

const undisturbed = new Map<string, Promise<Record<string, string>>>();

/** The files of a command that nothing disturbs, made once. */
function writeUndisturbed(writer: Writer): Promise<Record<string, string>> {
  const known = undisturbed.get(writer.title) ?? writeOnce(writer);
  undisturbed.set(writer.title, known);
  return known;
}

async function writeOnce(writer: Writer): Promise<Record<string, string>> {
  const cwd = await makeWorkplace(writer);
  const { exitCode, stderr } = await run(writer, cwd);
  expect(exitCode, stderr).toBe(0);
  const written = await listWritten(writer, cwd);
  expect(Object.keys(written).length).toBeGreaterThan(2);
  return written;
}

async function listNames({ folder, own }: Writer, cwd: string): Promise<string[]> {
  const path = join(cwd, folder);
  const names = existsSync(path) ? await readdir(path, { recursive: true }) : [];
  return names.filter((name) => own.test(name)).sort();
}

async function listWritten(writer: Writer, cwd: string): Promise<Record<string, string>> {
  const hashes = await hashFiles(join(cwd, writer.folder));
  return Object.fromEntries(Object.entries(hashes).filter(([name]) => writer.own.test(name)));
}
