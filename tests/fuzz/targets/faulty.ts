/** Readers that do what none should: they show that each kind of fault is found. Tried only where they are named. */
import type { FuzzTarget } from '../target.ts';

const VALID = '{"length": 12}';
const kept: unknown[] = [];

function faulty(name: string, read: (bytes: Uint8Array) => Promise<unknown>): FuzzTarget {
  return {
    name: `faulty-${name}`,
    weight: 0,
    open: () => Promise.resolve({ seeds: [Buffer.from(VALID)], kind: 'json', read }),
  };
}

/** Whether an input is any but the valid one. */
function isDamaged(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).toString() !== VALID;
}

export const faultyTargets: readonly FuzzTarget[] = [
  faulty('untyped', (bytes) =>
    isDamaged(bytes) ? Promise.reject(new TypeError('a raw error')) : Promise.resolve(),
  ),
  faulty('rejection', async (bytes) => {
    if (isDamaged(bytes)) void Promise.reject(new Error('nobody waits for this'));
    await new Promise((resolve) => setImmediate(resolve));
  }),
  faulty('memory', (bytes) => {
    kept.splice(0);
    if (isDamaged(bytes)) kept.push(Buffer.alloc(400 << 20, 1));
    return Promise.resolve();
  }),
  faulty('hang', (bytes) => {
    while (isDamaged(bytes));
    return Promise.resolve();
  }),
  faulty('crash', (bytes) => {
    if (isDamaged(bytes)) process.abort();
    return Promise.resolve();
  }),
];
