/** Runs readers on damaged inputs, in processes that may break. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeInput } from './inputs.ts';
import { FILES, OPENING, type ChildTask, type Finding, type Unit } from './protocol.ts';
import { targets } from './targets/index.ts';

/** What is to be tried. */
export interface FuzzOptions {
  readonly seed: number;
  /** Inputs in all, divided among the readers by their weights. */
  readonly inputs: number;
  /** Time after which no process starts any more. @default none */
  readonly seconds?: number | undefined;
  /** Names of readers. @default all */
  readonly readers?: readonly string[] | undefined;
  /** Processes at a time. @default as many as there are cores */
  readonly processes?: number | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** What was tried and found. */
export interface FuzzResult {
  readonly inputs: number;
  readonly seconds: number;
  /** One of each kind and place; `times` says how often it was met. */
  readonly findings: readonly (Finding & { readonly times: number })[];
}

/** An input that takes longer hangs. */
const HANG_MS = 2000;
/** A busy machine may not let a process run: beyond this, waiting is of no use. */
const STALL_MS = 30_000;
const LOOK_MS = 100;
/** Inputs are written to a file each: on a disk, that is most of the time. */
const MEMORY_DISK = '/dev/shm';
const HEAP_MB = 512;
const UNIT_INPUTS = 4000;

/** Tries the readers. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const start = performance.now();
  const queue = divide(options);
  const root = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'fuzz-'));
  const findings: Finding[] = [];
  let done = 0;
  const isLate = (): boolean => performance.now() - start > 1000 * (options.seconds ?? Infinity);
  const lane = async (): Promise<void> => {
    for (let units = queue.shift(); units !== undefined && !isLate(); units = queue.shift()) {
      const left = await runUnits(units, options, root, findings);
      done += countInputs(units) - countInputs(left);
      options.onProgress?.(done);
      if (left.length > 0) queue.unshift(left);
    }
  };
  try {
    const lanes = options.processes ?? availableParallelism();
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return { inputs: done, seconds: (performance.now() - start) / 1000, findings: group(findings) };
}

function countInputs(units: readonly Unit[]): number {
  return units.reduce((sum, { count }) => sum + count, 0);
}

/** Lists of units that each are one process's work: few inputs of many readers, or many of one. */
function divide({ inputs, readers, processes = availableParallelism() }: FuzzOptions): Unit[][] {
  const chosen = targets
    .filter(({ name, weight }) => readers?.includes(name) ?? weight !== 0)
    .map(({ name, weight = 1 }) => ({ name, weight: weight || 1 }));
  const total = chosen.reduce((sum, { weight }) => sum + weight, 0);
  const units = chosen.flatMap(({ name, weight }) => {
    const count = Math.ceil((inputs * weight) / total);
    return Array.from({ length: Math.ceil(count / UNIT_INPUTS) }, (_, part): Unit => {
      const first = part * UNIT_INPUTS;
      return { target: name, first, count: Math.min(UNIT_INPUTS, count - first) };
    });
  });
  const most = Math.max(1, Math.min(UNIT_INPUTS, Math.ceil(inputs / processes)));
  const lists: Unit[][] = [];
  for (const unit of units) {
    const last = lists.at(-1);
    if (last !== undefined && countInputs(last) + unit.count <= most) last.push(unit);
    else lists.push([unit]);
  }
  return lists;
}

/** Gives a process its units, and what of them is left when it broke. */
async function runUnits(
  units: readonly Unit[],
  { seed }: FuzzOptions,
  root: string,
  findings: Finding[],
): Promise<Unit[]> {
  const folder = mkdtempSync(join(root, 'process-'));
  const task: ChildTask = { seed, folder, units };
  const { end, said } = await runChild(task);
  for (const line of readText(join(folder, FILES.findings)).split('\n'))
    if (line !== '') findings.push(JSON.parse(line) as Finding); // of our own process
  const { unit, index } = readProgress(folder);
  const current = units[unit];
  if (end === 'done' || current === undefined) return [];
  if (index === OPENING) throw new Error(`the reader "${current.target}" can't be opened: ${said}`);
  const next = end === 'outgrown' ? index : index + 1;
  if (end !== 'outgrown') findings.push(await describeBreak(current.target, index, seed, end, said, root));
  const rest = { ...current, first: next, count: current.first + current.count - next };
  return [...(rest.count > 0 ? [rest] : []), ...units.slice(unit + 1)];
}

async function describeBreak(
  target: string,
  index: number,
  seed: number,
  kind: 'hang' | 'crash',
  said: string,
  root: string,
): Promise<Finding> {
  const open = await targets.find(({ name }) => name === target)!.open(mkdtempSync(join(root, 'again-')));
  const bytes = Buffer.from(makeInput(open, { seed, target, index })).toString('base64');
  return { target, index, kind, said, where: '', bytes };
}

type End = 'done' | 'outgrown' | 'hang' | 'crash';

async function runChild(task: ChildTask): Promise<{ readonly end: End; readonly said: string }> {
  const path = fileURLToPath(new URL('./child.ts', import.meta.url));
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, path, JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const watch = watchForHang(child, task.folder);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch.timer);
  if (watch.hangs()) return { end: 'hang', said: `over ${HANG_MS} ms` };
  if (code === 0) return { end: 'done', said };
  return { end: code === FILES.outgrown ? 'outgrown' : 'crash', said: said.slice(0, 500) };
}

/** Ends a process that stays at one input: for two seconds of its own time, or for long. */
function watchForHang(child: ChildProcess, folder: string) {
  let hangs = false;
  let at = '';
  let since = { ms: performance.now(), cpu: cpuMs(child) };
  const timer = setInterval(() => {
    const { unit, index, started } = readProgress(folder);
    const now = { ms: performance.now(), cpu: cpuMs(child) };
    if (`${unit}/${index}` !== at) {
      at = `${unit}/${index}`;
      since = now;
      return;
    }
    const waited = now.ms - since.ms;
    const worked = now.cpu === undefined || since.cpu === undefined ? waited : now.cpu - since.cpu;
    if (!started || (waited < STALL_MS && (waited < HANG_MS || worked < HANG_MS))) return;
    hangs = true;
    child.kill('SIGKILL');
  }, LOOK_MS);
  return { timer, hangs: () => hangs };
}

/** Time that a process has used, where the system tells. */
function cpuMs({ pid }: ChildProcess): number | undefined {
  const fields = readText(`/proc/${pid}/stat`).split(') ')[1]?.split(' ');
  return fields === undefined ? undefined : 10 * (Number(fields[11]) + Number(fields[12]));
}

function readProgress(folder: string): { unit: number; index: number; started: boolean } {
  let bytes = Buffer.alloc(0);
  try {
    bytes = readFileSync(join(folder, FILES.progress));
  } catch {
    // it has not begun
  }
  if (bytes.length < 8) return { unit: 0, index: 0, started: false };
  const index = bytes.readUInt32LE(4);
  return { unit: bytes.readUInt32LE(0), index, started: index !== OPENING };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function group(findings: readonly Finding[]): (Finding & { times: number })[] {
  const groups = new Map<string, Finding & { times: number }>();
  for (const finding of findings) {
    const key = [finding.target, finding.kind, finding.where || finding.said.slice(0, 60)].join('\0');
    const known = groups.get(key);
    const smaller = known === undefined || finding.bytes.length < known.bytes.length ? finding : known;
    groups.set(key, { ...smaller, times: (known?.times ?? 0) + 1 });
  }
  return [...groups.values()];
}
