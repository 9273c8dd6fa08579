/** Renders a project's runs and prints the peak of this process's memory: `node render.ts <project> <threads>`. */
import { join } from 'node:path';
import { createEngine } from '../../integrations/embedding-animation/engine/index.ts';
import { optionsSchema } from '../../integrations/embedding-animation/options/index.ts';

const [project = '', threads = '1'] = process.argv.slice(2);

/** Largest resident set so far, in bytes; the system counts in KiB. */
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

const say = (line: string): void => {
  process.stderr.write(`${line}; peak so far ${(peakBytes() / 1e6).toFixed(0)} MB\n`);
};
const engine = createEngine({
  options: optionsSchema.parse({ threads: Number(threads) }),
  projectRoot: project,
  runsFolder: join(project, 'content/runs'),
  cacheFolder: join(project, 'cache'),
  base: '/',
  logger: { info: say, warn: say },
});
const start = performance.now();
await engine.checkpoints();
say('opened');
await engine.renderAll();
const seconds = (performance.now() - start) / 1000;
process.stdout.write(JSON.stringify({ peakBytes: peakBytes(), seconds }));
