/** onnxruntime as one function: pixels of a batch in, embeddings out. Runs in worker threads only. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EMBEDDING, PIXELS } from '../graph/write-graph.ts';
import type { WorkingDevice } from './runtimes.ts';

/** A loaded model. */
export interface Session {
  /**
   * Embeds one full batch of 8-bit pixels.
   * @returns row-major `[batch × d]`
   */
  run(pixels: Uint8Array): Promise<Float32Array>;
  /** Frees the weights. */
  close(): Promise<void>;
}

/** A graph of ours and the folder of its weights. */
export interface GraphToRun {
  readonly kind: 'graph';
  /** ONNX, built for one batch size; in memory that threads share. */
  readonly bytes: Uint8Array;
  /** Absolute path. */
  readonly folder: string;
}

/**
 * Loads `graph` on `device`; `shape` is that of its input. One session uses one thread: two sessions in two threads
 * are faster than one session with two threads, and bytes do not depend on the number.
 */
export async function openSession(
  graph: GraphToRun,
  device: WorkingDevice,
  shape: readonly number[],
): Promise<Session> {
  const session = await InferenceSession.create(Uint8Array.from(graph.bytes), {
    executionProviders: [device],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4, // fatal only; errors are thrown
    extra: { session: { model_external_initializers_file_folder_path: graph.folder } },
  });
  return {
    async run(pixels) {
      const outputs = await session.run({ [PIXELS]: new Tensor('uint8', pixels, shape) });
      const data = outputs[EMBEDDING]?.data;
      if (!(data instanceof Float32Array)) throw new TypeError('the model gave no float32 embedding');
      return data;
    },
    close: () => session.release(),
  };
}
