/** What an analysis thread does. */
import { serve } from '../workers.ts';
import { openProducts, type Products } from './algebra/products.ts';
import { runTask, type TaskInput, type TaskName, type TaskOutput } from './tasks.ts';

/** A task and its input. */
export interface AnalysisRequest {
  readonly name: TaskName;
  readonly input: TaskInput<TaskName>;
}

/** What a task gives. */
export type AnalysisReply = TaskOutput<TaskName>;

/** Makes the thread's function, which keeps the library for products loaded. */
function createAnalyser(): (request: AnalysisRequest) => Promise<AnalysisReply> {
  let opening: Promise<Products | undefined> | undefined;
  return async ({ name, input }) => runTask(name, input, await (opening ??= openProducts()));
}

export default serve(createAnalyser());
