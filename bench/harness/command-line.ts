import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** What the benchmark was asked to do. */
export interface BenchOptions {
  /** Beginnings of the ids of benchmarks; empty for all. */
  readonly only: readonly string[];
  readonly quick: boolean;
  /** Compares the results and times nothing. */
  readonly parityOnly: boolean;
  /** An interpreter with the packages of `bench/python/requirements.txt`. */
  readonly python: string | undefined;
  /** A folder of Parquet files with images to embed. */
  readonly data: string | undefined;
  /** Threads of each side. */
  readonly threads: number;
  /** Most rounds of each row. */
  readonly rounds: number;
  /** Folder for the results; they are only printed where there is none. */
  readonly out: string | undefined;
}

/** What `--help` prints. */
export const HELP = `Times our stages and those of the Python stack on the same data, taking turns.

  --only <stage>     embedding-base, embedding-small, logits, outliers, pca, pooled-pca, trust, temporal, frame, gif,
                     after, or how they begin; repeatable
  --parity-only      compare the results and time nothing; exits with 1 where they differ by too much
  --quick            small inputs and few rounds: to see that it works
  --rounds <n>       at most so many rounds
  --threads <n>      threads of each side; default: all cores
  --data <folder>    Parquet files with images to embed; default: painted images
  --out <folder>     writes results.json and results.md there; default: bench/results, with --quick or --only nowhere
  --python <path>    an interpreter with the packages of bench/python/requirements.txt (or BENCH_PYTHON);
                     default: bench/.venv, made when it is missing`;

const QUICK_ROUNDS = 2;

/**
 * Reads the command line.
 * @returns `undefined` when help was asked for
 * @throws TypeError for an unknown option or a number that is none
 */
export function readCommandLine(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  defaultOut: string,
): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      'parity-only': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      threads: { type: 'string' },
      data: { type: 'string' },
      out: { type: 'string' },
      python: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const isWhole = !values.quick && values.only.length === 0 && !values['parity-only'];
  return {
    only: values.only,
    quick: values.quick,
    parityOnly: values['parity-only'],
    python: values.python ?? environment['BENCH_PYTHON'],
    data: values.data,
    threads: readCount('threads', values.threads) ?? availableParallelism(),
    rounds: readCount('rounds', values.rounds) ?? (values.quick ? QUICK_ROUNDS : Infinity),
    out: values.out ?? (isWhole ? defaultOut : undefined),
  };
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new TypeError(`--${name} takes a whole number above 0, not "${text}"`);
}
