/**
 * Fuzzes every reader of bytes that others wrote. Run by `npm run fuzz -- [--inputs N] [--seconds S] [--seed S]
 * [--reader NAME]… [--processes N] [--save]`; ends with 1 when something was found. `--save` keeps what was found in
 * `tests/fuzz/findings/`, where a test tries it from then on.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './run.ts';
import { targets } from './targets/index.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    reader: { type: 'string', multiple: true },
    processes: { type: 'string' },
    save: { type: 'boolean', default: false },
  },
});
for (const name of values.reader ?? [])
  if (!targets.some((target) => target.name === name))
    throw new Error(
      `there is no reader "${name}"; there are: ${targets.map((each) => each.name).join(', ')}`,
    );

const start = performance.now();
const result = await fuzz({
  seed: Number(values.seed),
  inputs: Number(values.inputs),
  seconds: values.seconds === undefined ? undefined : Number(values.seconds),
  readers: values.reader,
  processes: values.processes === undefined ? undefined : Number(values.processes),
  onProgress: (done) => {
    process.stderr.write(`${done} inputs, ${Math.round((performance.now() - start) / 1000)} s\n`);
  },
});
const rate = Math.round(result.inputs / result.seconds);
console.log(
  `${result.inputs} inputs in ${result.seconds.toFixed(1)} s (${rate} a second), seed ${values.seed}`,
);
for (const { target, index, kind, said, where, times, bytes } of result.findings) {
  console.log(`${target}, input ${index}: ${kind}, ${times} times: ${said} ${where}`);
  if (values.save) save(target, kind, Buffer.from(bytes, 'base64'));
}
if (result.findings.length > 0) process.exitCode = 1;

function save(target: string, kind: string, bytes: Buffer): void {
  const folder = join(import.meta.dirname, 'findings');
  mkdirSync(folder, { recursive: true });
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  writeFileSync(join(folder, `${target}.${kind}-${hash}`), bytes);
}
