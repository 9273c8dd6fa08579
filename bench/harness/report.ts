/** Results for people: what is printed while the benchmark runs, and the tables of `bench/results/`. */
import type { Parity, Row, BenchmarkParity, Timing } from '../contracts.ts';
import type { Machine } from './machine.ts';

/** Everything that one run of the benchmark found. */
export interface Results {
  readonly machine: Machine;
  /** Whether inputs were small and rounds few: such timings say nothing. */
  readonly quick: boolean;
  readonly rows: readonly Row[];
  readonly parity: readonly BenchmarkParity[];
}

/** Whether a result is as close as it has to be; one without a limit always is. */
export function holds({ value, limit, kind = 'distance' }: Parity): boolean {
  if (limit === undefined) return true;
  return kind === 'distance' ? value <= limit : value >= limit;
}

/** One line for one row. */
export function describeRow(row: Row): string {
  const lines = [
    `${row.title}: ours ${describeTiming(row, row.ours)}, Python ${describeTiming(row, row.python)}: ${row.ratio.toFixed(2)} × (must ${row.goal.must}, aim ${row.goal.aim})`,
    ...row.facts.map(({ text }) => `    ${text}`),
  ];
  return lines.join('\n');
}

/** One line for one comparison. */
export function describeParity(parity: Parity): string {
  const { what, value, limit, kind = 'distance' } = parity;
  const bound = limit === undefined ? '' : ` (${kind === 'distance' ? 'at most' : 'at least'} ${limit})`;
  return `${holds(parity) ? 'ok  ' : 'FAIL'} ${what}: ${formatValue(value)}${bound}`;
}

/** The results as Markdown. */
export function writeMarkdown({ machine, quick, rows, parity }: Results): string {
  const sections = [
    '# Ours and the Python stack, side by side',
    ...(quick ? ['A quick run: its inputs are small and its timings say nothing.'] : []),
    describeSetting(machine),
    table(
      ['stage', 'ours', 'Python', 'times as fast', 'must', 'aim', 'rounds', 'notes'],
      rows.map((row) => [
        row.title,
        describeTiming(row, row.ours),
        describeTiming(row, row.python),
        `**${row.ratio.toFixed(2)}**`,
        String(row.goal.must),
        String(row.goal.aim),
        String(row.ours.rounds),
        row.facts.map(({ text }) => text).join('; '),
      ]),
    ),
    'Medians, least and most in brackets; each side is warm, and the two take turns.',
    '## The same results',
    table(
      ['stage', 'compared', 'found', 'limit'],
      parity.flatMap(({ stage, parity: found }) =>
        found.map(({ what, value, limit, kind = 'distance' }) => [
          stage,
          what,
          formatValue(value),
          limit === undefined ? '' : `${kind === 'distance' ? '≤' : '≥'} ${limit}`,
        ]),
      ),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

function describeSetting({ processor, cores, memoryGiB, system, threads, ours, python }: Machine): string {
  const list = (versions: Readonly<Record<string, string>>): string =>
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ');
  return [
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}; ${threads} threads for each side.`,
    `Ours: ${list(ours)}.`,
    `Python's: ${list(python)}.`,
  ].join('\n');
}

function describeTiming({ amount }: Row, { median, least, most }: Timing): string {
  if (amount === undefined) return `${format(median)} s (${format(least)}–${format(most)})`;
  const rate = (seconds: number): string => format(amount.count / seconds);
  return `${rate(median)} ${amount.unit} (${rate(most)}–${rate(least)})`;
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** What is close to 1 is told by what it lacks. */
function formatValue(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value > 0.99 && value < 1 ? `1 − ${(1 - value).toPrecision(2)}` : value.toPrecision(2);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
