/** Embeds a whole evaluation set with one checkpoint, spread over worker threads. */
import type { Embeddings, Logits, OnProgress } from '../../contracts.ts';
import { makeError, type ErrorPlace } from '../../errors.ts';
import { readRegularFile } from '../../files.ts';
import { openBufferPool, type BufferPool } from '../../threads/buffer-pool.ts';
import { openPool, type WorkerPool } from '../../threads/workers.ts';
import type { ModelSource } from '../open-model.ts';
import { choosePooling, embeddingWidth, type Pooling } from '../pooling.ts';
import type { PixelSource } from '../preprocessing/pixel-source.ts';
import { normalizationTable } from '../preprocessing/processor.ts';
import type { EmbedResult, EmbedTask } from './embed-worker.ts';
import type { ExportToRun } from './export-session.ts';
import type { GraphToRun } from './graph-session.ts';
import { describeExport, type ExportSource } from './onnx-export.ts';
import type { WorkingDevice } from './runtimes.ts';

/** Raised when the same checkpoint and images give other numbers; part of cache keys. */
export const EMBEDDING_VERSION = '2';

/** Threads that embed, each with the weights of at most one checkpoint, and the device they do it on. */
export interface EmbeddingPool {
  readonly device: WorkingDevice;
  readonly threads: WorkerPool<EmbedTask, EmbedResult>;
  /** Where threads put embeddings, the same for one checkpoint after the other. */
  readonly memory: BufferPool;
  /** Stops all threads; unfinished work is rejected. A batch under way is finished first. */
  close(): Promise<void>;
}

/** What `embed` takes. */
export interface EmbedRequest {
  readonly model: ModelSource | ExportSource;
  /** Made with the model's own processor. */
  readonly pixels: PixelSource;
  readonly pool: EmbeddingPool;
  /** One of the model's poolings. @default its own */
  readonly pooling?: Pooling | undefined;
  /** Names of the images, for errors. @default their indices */
  readonly names?: readonly string[] | undefined;
  /** Counts images. */
  readonly onProgress?: OnProgress | undefined;
}

/** Most batches in one task: short enough that threads finish together and progress moves. */
const BATCHES_PER_TASK = 8;

/**
 * Opens up to `threads` embedding threads, or one that feeds a graphics card. They start with the first images; close
 * the pool to free them.
 */
export function openEmbeddingPool(threads: number, device: WorkingDevice = 'cpu'): EmbeddingPool {
  const url = new URL('./embed-worker.ts', import.meta.url);
  const pool = openPool<EmbedTask, EmbedResult>(url, device === 'cpu' ? threads : 1);
  return { device, threads: pool, memory: openBufferPool(), close: () => pool.close() };
}

/** What a model says of all images. */
export interface ModelResults {
  readonly embeddings: Embeddings;
  /** Of an export that gives them in the same run; those of other models are computed from embeddings. */
  readonly logits: Logits | undefined;
}

/**
 * Gives the embedding of every image, `[count × d]`. The bytes do not depend on the number of threads.
 * @throws EmbeddingAnimationError `ModelRunFailed`, `EmbeddingsNotFinite`, `ProcessorInvalid` when the images are
 * not of the model's size, `OptionsInvalid` when the model can't be pooled so, `ConfigInvalid` when an export is of
 * another width than its config.json says, `WorkerFailed`
 */
export async function embed(request: EmbedRequest): Promise<Embeddings> {
  return (await runModel(request, undefined)).embeddings;
}

/**
 * The same with the logits that an export has as an output, as they come: they may be infinite or NaN.
 * @throws EmbeddingAnimationError as `embed`; `ConfigInvalid` where there are more or fewer classes than was said
 */
export async function embedWithLogits(request: EmbedRequest): Promise<ModelResults> {
  const { model } = request;
  const isExport = !('weightsFolder' in model);
  return runModel(request, isExport && 'classes' in model.head ? model.head.classes : undefined);
}

/** @param classes of logits that are wanted behind each embedding */
async function runModel(request: EmbedRequest, classes: number | undefined): Promise<ModelResults> {
  const { model, pixels, pool, onProgress } = request;
  model.encoder.checkInput(pixels, model.place);
  const { count } = pixels;
  const batch = model.encoder.chooseBatch(pixels);
  const pooling = choosePooling(model.encoder, request.pooling, model.place);
  const cols = embeddingWidth(model.encoder.hiddenSize, pooling) + (classes ?? 0);
  const embeddings = new Float32Array(pool.memory.acquire(count * cols * Float32Array.BYTES_PER_ELEMENT));
  const shared = {
    key: crypto.randomUUID(), // a folder's weights may change between two calls
    model: await describeModel(request, pooling, batch, classes),
    device: pool.device,
    place: model.place,
    batch,
    pixels,
    embeddings,
  };
  // Of a few images every thread has some.
  const batches = Math.ceil(count / batch / pool.threads.threads);
  const step = batch * Math.min(BATCHES_PER_TASK, batches);
  let done = 0;
  const run = async (from: number): Promise<void> => {
    const task = { ...shared, from, to: Math.min(from + step, count) };
    const { images } = await pool.threads.run(task);
    done += images;
    onProgress?.(done, count);
  };
  const starts = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  await Promise.all(starts.map(run));
  const result = splitRows({ rows: count, cols, data: new Float32Array(embeddings) }, classes);
  pool.memory.release(embeddings.buffer);
  checkFinite(result.embeddings, request.names, model.place);
  return result;
}

/** Embeddings, and the logits that stand behind them. */
function splitRows(both: Embeddings, classes: number | undefined): ModelResults {
  if (classes === undefined) return { embeddings: both, logits: undefined };
  const { rows, cols, data } = both;
  const take = (from: number, to: number): Embeddings => {
    const width = to - from;
    const part = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++)
      part.set(data.subarray(row * cols + from, row * cols + to), row * width);
    return { rows, cols: width, data: part };
  };
  return { embeddings: take(0, cols - classes), logits: take(cols - classes, cols) };
}

async function describeModel(
  { model, pixels }: EmbedRequest,
  pooling: Pooling,
  batch: number,
  classes: number | undefined,
): Promise<GraphToRun | ExportToRun> {
  if (!('weightsFolder' in model))
    return describeExport(model, pooling, embeddingWidth(model.encoder.hiddenSize, pooling), classes);
  const normalization = normalizationTable(model.processor);
  const imageSize = { height: pixels.height, width: pixels.width };
  const adapter = model.adapterFile === undefined ? undefined : await readRegularFile(model.adapterFile);
  const graph = model.encoder.writeGraph({ batch, imageSize, normalization, pooling, adapter });
  const bytes = new Uint8Array(new SharedArrayBuffer(graph.length));
  bytes.set(graph);
  return { kind: 'graph', bytes, folder: model.weightsFolder };
}

/**
 * Checks that all values are finite, wherever they come from. `names` are those of the images, for the error.
 * @param kind what the rows are. @default 'notFinite', embeddings
 * @throws EmbeddingAnimationError `EmbeddingsNotFinite` with the first image that has another value
 */
export function checkFinite(
  { data, cols }: Embeddings,
  names: readonly string[] | undefined,
  place: ErrorPlace,
  kind: 'notFinite' | 'logits' = 'notFinite',
): void {
  const bad = findNotFinite(data);
  if (bad === -1) return;
  const image = Math.floor(bad / cols);
  const name = names?.[image];
  const facts = {
    image: name === undefined ? `image ${image}` : `image ${image}, "${name}",`,
    value: data[bad]!,
  };
  throw makeError('EmbeddingsNotFinite', kind, facts, place);
}

/** Where the first value is that is not a number or infinite, or −1. A loop: a call for each value takes ten times as long. */
function findNotFinite(data: Float32Array): number {
  for (let at = 0; at < data.length; at++) if (!Number.isFinite(data[at])) return at;
  return -1;
}
