/**
 * Our stages and those of the Python stack, side by side: `npm run bench`, `npm run parity`.
 * Results are compared before anything is timed, so that no speed stands without its exactness.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, Comparison, Row, Benchmark, BenchmarkParity } from './contracts.ts';
import { HELP, readCommandLine, type BenchOptions } from './harness/command-line.ts';
import { describeMachine } from './harness/machine.ts';
import { alternate } from './harness/measure.ts';
import { openOurAnalysis } from './harness/our-analysis.ts';
import { findPython } from './harness/python-environment.ts';
import { startPython } from './harness/python-process.ts';
import { describeParity, describeRow, holds, writeMarkdown, type Results } from './harness/report.ts';
import { openInputs } from './inputs/index.ts';
import { BENCHMARKS } from './benchmarks/index.ts';

const options = readCommandLine(process.argv.slice(2), process.env, join(import.meta.dirname, 'results'));
if (options === undefined) say(HELP);
else process.exitCode = (await runBench(options)) ? 0 : 1;

/** Gives whether all results were as close as they have to be. */
async function runBench(options: BenchOptions): Promise<boolean> {
  const benchmarks = chooseBenchmarks(options.only);
  const python = startPython(await findPython(options.python, say), options.threads);
  const analysis = openOurAnalysis(options.threads);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const { quick, threads, data } = options;
    const machine = await describeMachine(threads, await python.call('describe', { threads }));
    say(`${machine.processor}, ${machine.cores} cores; ${threads} threads for each side`);
    const inputs = openInputs({ folder, python, data, quick });
    const rows: Row[] = [];
    const parity: BenchmarkParity[] = [];
    for (const benchmark of benchmarks) {
      const context = { python, analysis, inputs, folder, threads, quick };
      const found = await runBenchmark(benchmark, context, options);
      rows.push(...found.rows);
      parity.push(found.parity);
    }
    await writeResults(options.out, { machine, quick, rows, parity });
    return parity.every((found) => found.parity.every(holds));
  } finally {
    await Promise.all([python.close(), analysis.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function runBenchmark(
  benchmark: Benchmark,
  context: BenchContext,
  { parityOnly, rounds }: BenchOptions,
): Promise<{ readonly rows: Row[]; readonly parity: BenchmarkParity }> {
  say(`\n${benchmark.id}`);
  const open = await benchmark.open(context);
  try {
    const parity = { stage: benchmark.id, parity: await open.compare() };
    for (const found of parity.parity) say(`  ${describeParity(found)}`);
    const rows: Row[] = [];
    for (const comparison of parityOnly ? [] : open.comparisons) {
      rows.push(await timeComparison(benchmark.id, comparison, rounds));
      say(`  ${describeRow(rows.at(-1)!)}`);
    }
    return { rows, parity };
  } finally {
    await open.close();
  }
}

async function timeComparison(stage: string, comparison: Comparison, mostRounds: number): Promise<Row> {
  const { title, ours, python, besides = {}, rounds, amount, goal } = comparison;
  const timings = await alternate<string>({ ...besides, ours, python }, Math.min(rounds, mostRounds));
  const others = Object.fromEntries(Object.keys(besides).map((name) => [name, timings[name]!]));
  const own = { ours: timings['ours']!, python: timings['python']! };
  const facts = (await comparison.facts?.({ ...own, besides: others })) ?? [];
  return { stage, title, ...own, amount, ratio: own.python.median / own.ours.median, goal, facts };
}

async function writeResults(out: string | undefined, results: Results): Promise<void> {
  if (out === undefined) return;
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(join(out, 'results.md'), writeMarkdown(results));
  say(`\nwritten to ${out}`);
}

function chooseBenchmarks(only: readonly string[]): readonly Benchmark[] {
  const unknown = only.find((start) => !BENCHMARKS.some(({ id }) => id.startsWith(start)));
  if (unknown !== undefined) {
    throw new TypeError(`--only ${unknown}: there are ${BENCHMARKS.map(({ id }) => id).join(', ')}`);
  }
  return only.length === 0
    ? BENCHMARKS
    : BENCHMARKS.filter(({ id }) => only.some((start) => id.startsWith(start)));
}

function say(line: string): void {
  console.log(line);
}
