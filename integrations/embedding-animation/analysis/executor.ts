/** Who does the heavy parts of an analysis. */
import type { BufferPool } from '../threads/buffer-pool.ts';
import type { TaskInput, TaskName, TaskOutput } from './tasks.ts';

/** Threads that share the work on one checkpoint's embeddings. Results do not depend on how many they are. */
export interface Crew {
  /** Tasks that are done at the same time. */
  readonly size: number;
  /** What large arrays of tasks lie in: other arrays are copied to each thread, and what it writes there is lost. */
  readonly memory: BufferPool;
  /** Whether the crew has a library for products of large matrices. */
  hasProducts(): Promise<boolean>;
  /**
   * Does a task for each of the inputs.
   * @returns outputs in the order of the inputs
   * @throws what the first task to fail threw, once none is under way
   */
  run<Name extends TaskName>(name: Name, inputs: readonly TaskInput<Name>[]): Promise<TaskOutput<Name>[]>;
}

/** Does one task. */
export async function runOne<Name extends TaskName>(
  crew: Crew,
  name: Name,
  input: TaskInput<Name>,
): Promise<TaskOutput<Name>> {
  const [output] = await crew.run(name, [input]);
  return output!;
}
