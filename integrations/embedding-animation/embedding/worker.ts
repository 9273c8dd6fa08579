/** The thread that runs models: one session at a time, kept while tasks of the same model come. */
import { EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import type { Pixels } from '../contracts.ts';
import { serve } from '../workers.ts';
import { openSession, type Session } from './session.ts';

/** Some batches of one model. */
export interface EmbedTask {
  /** Differs between models. */
  readonly modelKey: string;
  /** The ONNX graph, built for `batch` images. */
  readonly graph: Uint8Array;
  /** Folder of the weights. */
  readonly folder: string;
  readonly place: ErrorPlace;
  readonly batch: number;
  readonly pixels: Pixels;
  /** `[count × d]`, shared; the task writes the rows of its images. */
  readonly embeddings: Float32Array<SharedArrayBuffer>;
  /** The task's images: from the first, a multiple of `batch`, to before the last. */
  readonly from: number;
  readonly to: number;
}

/** Says that the rows are written. */
export interface EmbedReply {
  readonly images: number;
}

/** Makes the thread's function, which owns the open session. */
function createEmbedder(): (task: EmbedTask) => Promise<EmbedReply> {
  let open: { readonly key: string; readonly session: Session } | undefined;
  return async (task) => {
    try {
      if (open?.key !== task.modelKey) {
        await open?.session.close();
        open = undefined;
        const { batch, pixels } = task;
        const shape = [batch, pixels.channels, pixels.height, pixels.width];
        open = { key: task.modelKey, session: await openSession(task.graph, task.folder, shape) };
      }
      await embedBatches(open.session, task);
      return { images: task.to - task.from };
    } catch (cause) {
      throw modelRunFailed(cause, task.place);
    }
  };
}

/** Runs full batches only: the last one is filled up with whatever the buffer holds, and its rows are dropped. */
async function embedBatches(
  session: Session,
  { pixels, embeddings, batch, from, to }: EmbedTask,
): Promise<void> {
  const imageLength = pixels.channels * pixels.height * pixels.width;
  const width = embeddings.length / pixels.count;
  const input = new Uint8Array(batch * imageLength);
  for (let first = from; first < to; first += batch) {
    const last = Math.min(first + batch, to);
    input.set(pixels.data.subarray(first * imageLength, last * imageLength));
    const rows = await session.run(input);
    embeddings.set(rows.subarray(0, (last - first) * width), first * width);
  }
}

function modelRunFailed(cause: unknown, place: ErrorPlace): EmbeddingAnimationError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddingAnimationError('ModelRunFailed', {
    ...place,
    problem: `onnxruntime could not run the model: ${message}`,
    hint: 'Check that config.json and the weights are of the same model and that there is enough memory; otherwise report the message above.',
  });
}

export default serve(createEmbedder());
