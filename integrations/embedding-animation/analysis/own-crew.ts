import { openBufferPool } from '../threads/buffer-pool.ts';
import type { Crew } from './executor.ts';
import type { Products } from './linalg/gemm.ts';
import { runTask } from './tasks.ts';

/** The calling thread alone, which does all tasks itself: it is blocked for as long as they take. */
export function openOwnCrew(products?: Products): Crew {
  return {
    size: 1,
    memory: openBufferPool(),
    hasProducts: () => Promise.resolve(products !== undefined),
    async run(name, inputs) {
      const outputs = [];
      for (const input of inputs) outputs.push(await runTask(name, input, () => Promise.resolve(products)));
      return outputs;
    },
  };
}
