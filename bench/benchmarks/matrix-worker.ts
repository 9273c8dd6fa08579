/** A thread that runs the matrix products of `matrix-rate.ts`. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { serve } from '../../integrations/embedding-animation/threads/workers.ts';

/** Runs of one model. */
export interface MatrixTask {
  readonly model: Uint8Array;
  /** Of its input. */
  readonly shape: readonly [rows: number, cols: number];
  readonly runs: number;
}

/** Makes the thread's function, which keeps its session: a thread serves one model. */
function createMultiplier(): (task: MatrixTask) => Promise<number> {
  let session: InferenceSession | undefined;
  return async ({ model, shape, runs }) => {
    const input = new Tensor('float32', new Float32Array(shape[0] * shape[1]).fill(0.5), shape);
    if (session === undefined) {
      session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
      await session.run({ input });
    }
    const start = performance.now();
    for (let run = 0; run < runs; run++) await session.run({ input });
    return (performance.now() - start) / 1000; // opening the session and its first run are outside the clock
  };
}

export default serve(createMultiplier());
