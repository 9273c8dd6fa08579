/** What an analysis thread does. */
import { serve, type WorkerControl } from '../threads/workers.ts';
import { openGemm, type Gemm } from './linalg/gemm.ts';
import { runTask, type TaskInput, type TaskName, type TaskOutput } from './tasks.ts';

/** A task and its input. */
export interface AnalysisTask {
  readonly name: TaskName;
  readonly input: TaskInput<TaskName>;
}

/** What a task gives. */
export type AnalysisResult = TaskOutput<TaskName>;

/** Makes the thread's function, which keeps onnxruntime loaded. */
function createAnalyser(): (task: AnalysisTask, control: WorkerControl) => Promise<AnalysisResult> {
  let opening: Promise<Gemm> | undefined;
  return ({ name, input }, control) =>
    runTask(name, input, async () => makeStoppable(await (opening ??= openGemm()), control));
}

/** Products that are refused once the pool is closed: they are what long tasks are made of. */
function makeStoppable(gemm: Gemm, control: WorkerControl): Gemm {
  return {
    ...gemm,
    async multiply(...factors) {
      control.throwIfClosed();
      await gemm.multiply(...factors);
    },
  };
}

export default serve(createAnalyser());
