/**
 * Renders a project's runs in a process of its own, which can be killed: `node render-project.ts <root> [<pattern>]`.
 * Every step of progress is a line on stdout. A line that fits the pattern kills the process by SIGKILL as it is
 * said: no handler runs, no file is closed.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '../../integrations/embedding-animation/engine/index.ts';
import { EmbeddingAnimationError } from '../../integrations/embedding-animation/errors.ts';
import { optionsSchema } from '../../integrations/embedding-animation/options/index.ts';

/** Longer than the pause between two lines of progress, so that each update is said. */
const TICK_MS = 60_000;

const [root = '', pattern] = process.argv.slice(2);
const options: unknown = JSON.parse(process.env['RENDER_OPTIONS'] ?? '{}');
const killAt = pattern === undefined ? undefined : new RegExp(pattern);

let time = 0;
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
  if (killAt?.test(line) === true) process.kill(process.pid, 'SIGKILL');
};
const logger = {
  info: say,
  warn: (line: string) => {
    say(`warning: ${line}`);
  },
};
const engine = createEngine({
  options: optionsSchema.parse(options),
  projectRoot: root,
  runsFolder: join(root, 'content/runs'),
  cacheFolder: join(root, 'cache'),
  base: '/',
  logger,
  progress: { logger, now: () => (time += TICK_MS), terminal: undefined },
});
try {
  await engine.renderAll();
} catch (error) {
  if (!(error instanceof EmbeddingAnimationError)) throw error;
  say(`${error.name}: ${error.message} | ${error.hint}`);
  process.exitCode = 1;
}
