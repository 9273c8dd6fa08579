/** Embeds a whole evaluation set with one checkpoint, spread over worker threads. */
import type { Embeddings, OnProgress, Pixels } from '../contracts.ts';
import { EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import { openPool, type WorkerPool } from '../workers.ts';
import { choosePooling, type Pooling } from './encoder.ts';
import type { ModelSource } from './model.ts';
import { normalizationTable } from './processor-steps.ts';
import type { EmbedReply, EmbedTask } from './worker.ts';

/** Raised when the same checkpoint and images give other numbers; part of cache keys. */
export const EMBEDDING_VERSION = '1';

/** Threads that embed. Each keeps the weights of at most one checkpoint. */
export type EmbeddingPool = WorkerPool<EmbedTask, EmbedReply>;

/** What `embed` takes. */
export interface EmbedRequest {
  readonly model: ModelSource;
  /** Made by `preprocess` with the model's own processor. */
  readonly pixels: Pixels;
  readonly pool: EmbeddingPool;
  /** One of the encoder's poolings. @default its own */
  readonly pooling?: Pooling | undefined;
  /** Names of the images, for errors. @default their indices */
  readonly names?: readonly string[] | undefined;
  /** Counts images. */
  readonly onProgress?: OnProgress | undefined;
}

/** Batches in one task: short enough that threads finish together and progress moves. */
const BATCHES_PER_TASK = 8;

/** Opens up to `threads` embedding threads. They start with the first images; close the pool to free them. */
export function openEmbeddingPool(threads: number): EmbeddingPool {
  return openPool<EmbedTask, EmbedReply>(new URL('./worker.ts', import.meta.url), threads);
}

/**
 * Gives the embedding of every image, `[count × d]`. The bytes do not depend on the number of threads.
 * @throws EmbeddingAnimationError `ModelRunFailed`, `EmbeddingsNotFinite`, `ProcessorInvalid` when the images are
 * not of the model's size, `WorkerFailed`
 */
export async function embed({
  model,
  pixels,
  pool,
  pooling,
  names,
  onProgress,
}: EmbedRequest): Promise<Embeddings> {
  model.encoder.checkInput(pixels, model.place);
  const { count } = pixels;
  const batch = model.encoder.chooseBatch(pixels);
  const cols = model.encoder.hiddenSize;
  const embeddings = new Float32Array(new SharedArrayBuffer(count * cols * Float32Array.BYTES_PER_ELEMENT));
  const shared = {
    modelKey: `${model.folder}\n${crypto.randomUUID()}`, // a folder's weights may change between two calls
    graph: model.encoder.writeGraph({
      batch,
      imageSize: { height: pixels.height, width: pixels.width },
      normalization: normalizationTable(model.processor),
      pooling: choosePooling(model.encoder, pooling, model.place),
    }),
    folder: model.folder,
    place: model.place,
    batch,
    pixels,
    embeddings,
  };
  let done = 0;
  const run = async (from: number): Promise<void> => {
    const task = { ...shared, from, to: Math.min(from + batch * BATCHES_PER_TASK, count) };
    const { images } = await pool.run(task);
    done += images;
    onProgress?.(done, count);
  };
  const starts = Array.from(
    { length: Math.ceil(count / (batch * BATCHES_PER_TASK)) },
    (_, i) => i * batch * BATCHES_PER_TASK,
  );
  await Promise.all(starts.map(run));
  const data = new Float32Array(embeddings);
  checkFinite(data, cols, names, model.place);
  return { rows: count, cols, data };
}

function checkFinite(
  data: Float32Array,
  cols: number,
  names: readonly string[] | undefined,
  place: ErrorPlace,
): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  const image = Math.floor(bad / cols);
  const name = names?.[image];
  throw new EmbeddingAnimationError('EmbeddingsNotFinite', {
    ...place,
    problem: `the embedding of ${name === undefined ? `image ${image}` : `image ${image}, "${name}",`} has ${data[bad]!} in it`,
    hint: 'The training has diverged by this step, or the weights are damaged: leave this checkpoint and later ones out, or train with a lower learning rate.',
  });
}
