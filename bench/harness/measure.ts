import { setTimeout as sleep } from 'node:timers/promises';
import type { Timing } from '../contracts.ts';

/** Between two contenders: threads of the one that has finished stop spinning. */
const PAUSE_MS = 250;

/** Seconds that `work` takes. */
export async function clock(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * Runs all contenders once to warm them and then in `rounds` rounds, every other round in reverse order, so that
 * what else the machine does falls on all alike. A contender gives the seconds it took.
 */
export async function alternate<Name extends string>(
  contenders: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, Timing>> {
  const names = Object.keys(contenders) as Name[]; // Object.keys forgets the names' type
  const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) await contenders[name]();
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      await sleep(PAUSE_MS);
      seconds[name].push(await contenders[name]());
    }
  }
  const timings = names.map((name) => [name, summarise(seconds[name])] as const);
  return Object.fromEntries(timings) as Record<Name, Timing>;
}

/** Median and range of some seconds. */
export function summarise(seconds: readonly number[]): Timing {
  const sorted = seconds.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? NaN) + sorted[middle]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)!, rounds: sorted.length };
}
