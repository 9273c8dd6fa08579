/** The thread that runs models: one session at a time, kept while tasks of the same model come. */
import type { ErrorPlace } from '../../errors.ts';
import { serve, type WorkerControl } from '../../threads/workers.ts';
import { openPixelReader, type PixelReader, type PixelSource } from '../preprocessing/pixel-source.ts';
import type { ExportToRun } from './export-session.ts';
import type { GraphToRun, Session } from './graph-session.ts';
import { loadWithRuntime, toRunError, type WorkingDevice } from './runtimes.ts';

/** Some batches of one model. */
export interface EmbedTask {
  /** Differs between calls of `embed`. */
  readonly key: string;
  readonly model: GraphToRun | ExportToRun;
  readonly device: WorkingDevice;
  readonly place: ErrorPlace;
  /** Images in one run of the model. */
  readonly batch: number;
  readonly pixels: PixelSource;
  /** `[count × d]`, shared; the task writes the rows of its images. */
  readonly embeddings: Float32Array<SharedArrayBuffer>;
  /** The task's images: from the first, a multiple of `batch`, to before the last. */
  readonly from: number;
  readonly to: number;
}

/** Says that the rows are written. */
export interface EmbedResult {
  readonly images: number;
}

/** What is open between tasks of one call. */
interface OpenModel {
  readonly key: string;
  readonly session: Session;
  readonly reader: PixelReader;
}

/** Makes the thread's function, which owns the open session. */
function createEmbedder(): (task: EmbedTask, control: WorkerControl) => Promise<EmbedResult> {
  let open: OpenModel | undefined;
  return async (task, control) => {
    try {
      if (open?.key !== task.key) {
        const last = open;
        open = undefined;
        last?.reader.close();
        await last?.session.close();
        open = { key: task.key, session: await openModel(task), reader: openPixelReader(task.pixels) };
      }
      await embedBatches(open, task, control);
      return { images: task.to - task.from };
    } catch (cause) {
      throw toRunError(cause, task.place);
    }
  };
}

/** onnxruntime is loaded here, within a task, so that no thread is ended while it loads; transformers.js for exports. */
async function openModel({ model, device, batch, pixels, place }: EmbedTask): Promise<Session> {
  const shape = [batch, pixels.channels, pixels.height, pixels.width];
  if (model.kind === 'graph') {
    const { openSession } = await loadWithRuntime('graph', place, () => import('./graph-session.ts'));
    return openSession(model, device, shape);
  }
  const { openExportSession } = await loadWithRuntime('export', place, () => import('./export-session.ts'));
  return openExportSession(model, device, shape);
}

/** Runs full batches only: the last one is filled up with whatever the buffer holds, and its rows are dropped. */
async function embedBatches(
  { session, reader }: OpenModel,
  { pixels, embeddings, batch, from, to }: EmbedTask,
  control: WorkerControl,
): Promise<void> {
  const width = embeddings.length / pixels.count;
  const input = new Uint8Array(batch * pixels.channels * pixels.height * pixels.width);
  for (let first = from; first < to; first += batch) {
    control.throwIfClosed();
    const last = Math.min(first + batch, to);
    reader.read(first, last, input);
    const rows = await session.run(input);
    embeddings.set(rows.subarray(0, (last - first) * width), first * width);
  }
}

export default serve(createEmbedder());
