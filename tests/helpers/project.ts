/** A project with one small run, rendered in processes of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../integrations/embedding-animation/contracts.ts';
import { createEngine, type Engine } from '../../integrations/embedding-animation/engine/index.ts';
import { optionsSchema } from '../../integrations/embedding-animation/options/index.ts';
import { makeRun, type RunFixture } from './make-run.ts';
import { hashFiles } from './make-site.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const SCRIPT = fileURLToPath(new URL('./render-project.ts', import.meta.url));

/** How a process ended. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** What a process is told. */
export interface RenderSettings {
  /** The process kills itself when it says a line that fits. */
  readonly killAt?: RegExp;
  /** Options of the integration. */
  readonly options?: object;
  /** KiB above which no file can be written, as on a full disk. */
  readonly fileLimit?: number;
  /** Called with the process once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Makes a project with the run `tiny`: equal projects in folders of their own. */
export async function makeProject(fixture: RunFixture = {}): Promise<string> {
  const root = await makeTemporaryFolder();
  await makeRun(join(root, 'content/runs/tiny'), fixture);
  return root;
}

/** Renders the project at `root` in a process of its own. */
export function renderInProcess(root: string, settings: RenderSettings = {}): Promise<Outcome> {
  const { killAt, options = { threads: 2 }, fileLimit, onStart } = settings;
  const command = [process.execPath, SCRIPT, root, ...(killAt === undefined ? [] : [killAt.source])];
  const limited = ['bash', '-c', `ulimit -f ${fileLimit} && exec "$@"`, 'bash', ...command];
  const [file = '', ...args] = fileLimit === undefined ? command : limited;
  const env = { ...process.env, RENDER_OPTIONS: JSON.stringify(options) };
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      resolve({ exitCode, signal, output });
    });
    onStart?.(child);
  });
}

/** An engine over the project at `root`, with the lines it says. */
export function openProject(
  root: string,
  options: object = {},
): { readonly engine: Engine; readonly infos: string[]; readonly warnings: string[] } {
  const infos: string[] = [];
  const warnings: string[] = [];
  const logger: Logger = {
    info: (line) => void infos.push(line),
    warn: (line) => void warnings.push(line),
  };
  const engine = createEngine({
    options: optionsSchema.parse({ threads: 2, ...options }),
    projectRoot: root,
    runsFolder: join(root, 'content/runs'),
    cacheFolder: join(root, 'cache'),
    base: '/',
    logger,
  });
  return { engine, infos, warnings };
}

/** Our folder in the cache of the project at `root`. */
export function storageOf(root: string): string {
  return join(root, 'cache/embedding-animation');
}

/** sha256 of each file that the run `tiny` publishes, by its name; what unfinished work left is not among them. */
export async function hashPublished(root: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [path, hash] of Object.entries(await hashFiles(join(storageOf(root), 'rendered')))) {
    if (!path.includes('.tmp/') && !path.endsWith('/rendered.json')) hashes[path] = hash;
  }
  return hashes;
}
