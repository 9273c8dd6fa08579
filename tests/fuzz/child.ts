/**
 * The process that runs readers on damaged inputs: what a reader breaks breaks here. It notes which input it is at
 * before each one, and what it finds as it finds it, in files that the parent reads.
 */
import { appendFileSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddingAnimationError } from '../../integrations/embedding-animation/errors.ts';
import { makeInput } from './inputs.ts';
import { minimise } from './minimise.ts';
import { FILES, OPENING, type ChildTask, type Finding } from './protocol.ts';
import type { OpenTarget } from './target.ts';
import { targets } from './targets/index.ts';

/** Memory that a reader of a small file has no business with: a picture of the most pixels that are decoded takes 268 MB. */
const MOST_GROWTH = 320 << 20;
/** A process that has grown so much makes way for a new one, so that growth can be seen. */
const MOST_RESIDENT = 900 << 20;

const task = JSON.parse(process.argv[2] ?? '') as ChildTask; // from the parent alone
const progress = openSync(join(task.folder, FILES.progress), 'w');
let rejected: unknown;
process.on('unhandledRejection', (reason) => (rejected = reason ?? new Error('an empty rejection')));

for (const [number, { target: name, first, count }] of task.units.entries()) {
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new Error(`there is no reader "${name}"`);
  const folder = join(task.folder, `${name}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  note(number, OPENING);
  const open = await target.open(folder);
  for (let index = first; index < first + count; index++) {
    note(number, index);
    const bytes = makeInput(open, { seed: task.seed, target: name, index });
    const found = await runInput(open, bytes);
    if (found !== undefined) {
      const small =
        found.kind === 'untyped' ? await minimise(bytes, (each) => hasSameFault(open, each, found)) : bytes;
      report({ ...found, target: name, index, bytes: Buffer.from(small).toString('base64') });
    }
    if (process.memoryUsage.rss() > MOST_RESIDENT) {
      note(number, index + 1);
      process.exit(FILES.outgrown);
    }
  }
}
note(task.units.length, 0);
process.exit(0);

/** Unit, input in it. */
function note(unit: number, index: number): void {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(unit, 0);
  bytes.writeUInt32LE(index, 4);
  writeSync(progress, bytes, 0, 8, 0);
}

function report(finding: Finding): void {
  appendFileSync(join(task.folder, FILES.findings), `${JSON.stringify(finding)}\n`);
}

type Fault = Pick<Finding, 'kind' | 'said' | 'where'>;

async function hasSameFault(open: OpenTarget, bytes: Uint8Array, fault: Fault): Promise<boolean> {
  const found = await runInput(open, bytes);
  return found?.kind === fault.kind && found.where === fault.where;
}

/** What is wrong with how a reader takes an input; `undefined` where nothing is. */
async function runInput(open: OpenTarget, bytes: Uint8Array): Promise<Fault | undefined> {
  rejected = undefined;
  const before = { resident: process.memoryUsage.rss(), peak: peakBytes(), buffers: bufferBytes() };
  let fault: Fault | undefined;
  try {
    await open.read(bytes);
  } catch (error) {
    if (!(error instanceof EmbeddingAnimationError)) fault = describe('untyped', error);
  }
  if (rejected !== undefined) fault ??= describe('rejection', rejected);
  const peak = peakBytes();
  const grown = Math.max(peak > before.peak ? peak - before.resident : 0, bufferBytes() - before.buffers);
  if (grown > MOST_GROWTH) fault ??= { kind: 'memory', said: `${Math.round(grown / 2 ** 20)} MB`, where: '' };
  return fault;
}

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function bufferBytes(): number {
  const { arrayBuffers } = process.memoryUsage();
  return arrayBuffers;
}

function describe(kind: Finding['kind'], error: unknown): Fault {
  if (!(error instanceof Error)) return { kind, said: String(error), where: '' };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.includes('embedding-animation/'));
  const where = /embedding-animation\/[^)\s]*/.exec(frames[0] ?? '')?.[0] ?? '';
  return { kind, said: `${error.name}: ${error.message}`.slice(0, 300), where };
}
