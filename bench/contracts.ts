/** What a benchmark is, and what comes out of it. */
import type { Inputs } from './inputs/index.ts';
import type { OurAnalysis } from './harness/our-analysis.ts';
import type { PythonProcess } from './harness/python-process.ts';

/** What every benchmark works with. */
export interface BenchContext {
  readonly python: PythonProcess;
  readonly analysis: OurAnalysis;
  readonly inputs: Inputs;
  /** A folder for what this run makes; it is removed at the end. */
  readonly folder: string;
  /** Threads that each side may use. */
  readonly threads: number;
  /** Smaller inputs and fewer rounds: to see that everything works, not how fast. */
  readonly quick: boolean;
}

/** One stage of the pipeline, by ours and by the Python libraries. */
export interface Benchmark {
  /** Names it on the command line. */
  readonly id: string;
  /** Makes its inputs and warms nothing yet. */
  open(context: BenchContext): Promise<OpenBenchmark>;
}

/** A benchmark with its inputs ready. */
export interface OpenBenchmark {
  /** Holds our results against those of the Python libraries, on the inputs that are timed. */
  compare(): Promise<Parity[]>;
  /** What is timed, one table row each. */
  readonly comparisons: readonly Comparison[];
  close(): Promise<void>;
}

/** How far ours is from theirs in one respect. */
export interface Parity {
  readonly what: string;
  readonly value: number;
  /** `value` has to be at most this; at least, for a similarity. Without one it is only told. */
  readonly limit?: number;
  readonly kind?: 'distance' | 'similarity';
}

/** The same work by two sides. Each side gives the seconds it took. */
export interface Comparison {
  readonly title: string;
  readonly ours: () => Promise<number>;
  readonly python: () => Promise<number>;
  /** Other things timed in the same rounds, by name. */
  readonly besides?: Readonly<Record<string, () => Promise<number>>>;
  /** Most rounds that are worth their time. */
  readonly rounds: number;
  /** Work in one round, where a rate says more than seconds. */
  readonly amount?: { readonly count: number; readonly unit: string };
  /** How many times as fast as Python ours must be, and aims to be. */
  readonly goal: Goal;
  /** What else the row says, once it was timed. */
  facts?(timings: ComparisonTimings): Fact[] | Promise<Fact[]>;
}

/** A number to reach and one to aim for. */
export interface Goal {
  readonly must: number;
  readonly aim: number;
}

/** Seconds of each side. */
export interface ComparisonTimings {
  readonly ours: Timing;
  readonly python: Timing;
  readonly besides: Readonly<Record<string, Timing>>;
}

/** Seconds of some rounds. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly rounds: number;
}

/** Something a reader of the row has to know. */
export interface Fact {
  readonly text: string;
  /** The number in the text, for machines. */
  readonly value?: number;
}

/** One row of the results. */
export interface Row {
  readonly stage: string;
  readonly title: string;
  readonly ours: Timing;
  readonly python: Timing;
  readonly amount: Comparison['amount'] | undefined;
  /** Median of Python by median of ours: how many times as fast ours is. */
  readonly ratio: number;
  readonly goal: Goal;
  readonly facts: readonly Fact[];
}

/** A benchmark's exactness. */
export interface BenchmarkParity {
  readonly stage: string;
  readonly parity: readonly Parity[];
}
