/** `astro dev` in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_LIMIT_MS = 60_000;
const POLL_MS = 100;

/** A development server that runs until the test ends. */
export interface DevServer {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  /** All that it has said so far, without colours. */
  output(): string;
}

/**
 * Starts `astro dev` in `folder` as a person would.
 * @param packages the node_modules folder that holds Astro
 */
export async function startDevServer(
  folder: string,
  packages = join(ROOT, 'node_modules'),
): Promise<DevServer> {
  const env = {
    ...process.env,
    ...{ CI: '1', NO_COLOR: '1', FORCE_COLOR: '0', ASTRO_TELEMETRY_DISABLED: '1', ASTRO_DEV_BACKGROUND: '0' },
    NODE_ENV: 'development',
    VITEST: undefined,
  };
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const flags = ['dev', '--root', folder, '--host', '127.0.0.1', '--port', String(port)];
  const child = spawn(process.execPath, [join(packages, 'astro/bin/astro.mjs'), ...flags], {
    env,
    cwd: folder,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const origin = await waitFor(
    () => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0],
    () => `astro dev did not start:\n${output}`,
    START_LIMIT_MS,
  );
  return { origin, output: () => output };
}

/** Asks until there is an answer. */
export async function waitFor<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  complain: () => string,
  limitMs = 30_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(complain());
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
