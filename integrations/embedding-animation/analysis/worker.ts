/** What an analysis thread does. */
import { serve, type WorkerControl } from '../threads/workers.ts';
import { openProducts, type Products } from './linalg/gemm.ts';
import { runTask, type TaskInput, type TaskName, type TaskOutput } from './tasks.ts';

/** A task and its input. */
export interface AnalysisRequest {
  readonly name: TaskName;
  readonly input: TaskInput<TaskName>;
}

/** What a task gives. */
export type AnalysisReply = TaskOutput<TaskName>;

/** Makes the thread's function, which keeps the library for products loaded. */
function createAnalyser(): (request: AnalysisRequest, control: WorkerControl) => Promise<AnalysisReply> {
  let opening: Promise<Products | undefined> | undefined;
  return ({ name, input }, control) => {
    const open = async (): Promise<Products | undefined> => {
      const products = await (opening ??= openProducts());
      return products === undefined ? undefined : stoppable(products, control);
    };
    return runTask(name, input, open);
  };
}

/** Products that are refused once the pool is closed: they are what long tasks are made of. */
function stoppable(products: Products, control: WorkerControl): Products {
  return {
    ...products,
    async multiply(...factors) {
      control.throwIfClosed();
      await products.multiply(...factors);
    },
  };
}

export default serve(createAnalyser());
