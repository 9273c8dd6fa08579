/** The package as it is published, installed into sites outside this repository, on any Node.js. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PackedPackage } from './registry.ts';
import { writeFiles } from './temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGE = join(ROOT, 'integrations/embedding-animation');
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** What a command left and said. */
export interface Ran {
  readonly exitCode: number;
  /** stdout and stderr. */
  readonly output: string;
}

/** A folder outside the repository in which everything of one test file lies. */
export async function makeWorkshop(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'embedding-animation-')));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Packs the package into `folder`, as publishing would. */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const { exitCode, output } = await run('npm', ['pack', '--pack-destination', folder], { cwd: PACKAGE });
  if (exitCode !== 0) throw new Error(output);
  const manifest = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  }; // our own file
  return { tarball: join(folder, `${manifest.name}-${manifest.version}.tgz`), manifest };
}

/**
 * Downloads Node.js.
 * @param version a range, such as `22.12.0` or `^22`
 * @returns the folder of its binary, to put in front of PATH
 */
export async function installNode(folder: string, version: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const alias = `npm:node-${platform}-${process.arch}@${version}`;
  await writeFiles(folder, { 'package.json': { private: true, dependencies: { runtime: alias } } });
  const { exitCode, output } = await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder });
  if (exitCode !== 0) throw new Error(output);
  return join(folder, 'node_modules/runtime/bin');
}

/** Where and with what a command runs. */
export interface RunSetting {
  readonly cwd: string;
  /** Folder in front of PATH. */
  readonly node?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; a failure is an outcome like any other. What this repository installed is not on PATH. */
export async function run(file: string, args: readonly string[], setting: RunSetting): Promise<Ran> {
  const { cwd, node = dirname(process.execPath), env: own } = setting;
  const path = (process.env['PATH'] ?? '').split(':').filter((part) => !part.includes('node_modules/.bin'));
  const env = {
    ...withoutNpm(process.env),
    PATH: [node, ...path].join(':'),
    CI: '1',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    ASTRO_TELEMETRY_DISABLED: '1',
    NODE_ENV: undefined,
    VITEST: undefined,
    ONNXRUNTIME_NODE_INSTALL: 'skip', // as the README says for where its host is out of reach
    ...own,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(file, args, { cwd, env, maxBuffer: OUTPUT_BYTES });
    return { exitCode: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { exitCode: typeof code === 'number' ? code : 1, output: `${stdout}${stderr}` || String(error) };
  }
}

/** npm tells scripts its settings in variables; a site outside must not inherit this repository's. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_(?!config_(registry|cafile|proxy|https_proxy)$)/i.test(name),
    ),
  );
}

/** Makes the folder of a site with `files` in it. */
export async function makeBareSite(folder: string, files: Parameters<typeof writeFiles>[1]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFiles(folder, files);
}
