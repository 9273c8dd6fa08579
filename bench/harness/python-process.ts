/** The Python side: one warm process that does what it is told and times itself. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SCRIPT = join(import.meta.dirname, '../python/serve.py');

/** What a command answers; `seconds` is the time of its work alone. */
export type PythonAnswer = Readonly<Record<string, unknown>>;

/** A running interpreter. Commands are done one after the other. */
export interface PythonProcess {
  /**
   * Calls a function of `bench/python/`: `analysis.score` is `score` of `analysis.py`.
   * @throws Error with Python's traceback
   */
  call(command: string, args: Readonly<Record<string, unknown>>): Promise<PythonAnswer>;
  /** Calls a function and gives the seconds it took. */
  time(command: string, args: Readonly<Record<string, unknown>>): Promise<number>;
  close(): Promise<void>;
}

/** Starts `python` with at most `threads` threads for its libraries, offline. */
export function startPython(python: string, threads: number): PythonProcess {
  const limits = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMEXPR_NUM_THREADS'];
  const child = spawn(python, [SCRIPT], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...Object.fromEntries(limits.map((name) => [name, String(threads)])),
      HF_HUB_OFFLINE: '1',
      TRANSFORMERS_VERBOSITY: 'error',
      HF_HUB_DISABLE_PROGRESS_BARS: '1',
      PYTHONWARNINGS: 'ignore',
    },
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  exit.catch(() => undefined); // `call` reports it
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const call = async (command: string, args: Readonly<Record<string, unknown>>): Promise<PythonAnswer> => {
    child.stdin.write(`${JSON.stringify({ command, arguments: args })}\n`);
    const line = await Promise.race([answers.next(), exit.then(() => ({ done: true, value: '' }) as const)]);
    if (line.done === true) throw new Error(`Python ended while it ran ${command} (exit code ${await exit})`);
    const answer = JSON.parse(line.value) as PythonAnswer; // serve.py writes an object a line
    if (typeof answer['error'] === 'string') throw new Error(`${command} failed:\n${answer['error']}`);
    return answer;
  };
  return {
    call,
    async time(command, args) {
      return numberOf(await call(command, args), 'seconds');
    },
    async close() {
      child.stdin.end();
      await exit.catch(() => null);
    },
  };
}

/**
 * A number of an answer.
 * @throws TypeError when it has none of that name
 */
export function numberOf(answer: PythonAnswer, name: string): number {
  const value = answer[name];
  if (typeof value !== 'number') throw new TypeError(`Python's answer has no number "${name}"`);
  return value;
}
