/** Embeddings in memory that threads share, each loaded once for all who need it at about the same time. */
import { copyToShared } from '../analysis/index.ts';
import type { Embeddings } from '../contracts.ts';
import type { BufferPool } from '../threads/buffer-pool.ts';
import type { EmbeddedCheckpoint } from './embed.ts';

/** Embeddings of a run's checkpoints, by index. */
export interface SharedEmbeddings {
  /** Those of a checkpoint: loaded when they are first asked for. */
  get(index: number): Promise<Embeddings>;
  /** Whether anyone has asked for them. */
  isOpen(index: number): boolean;
  /** Says that one of the users of a checkpoint's is done; behind the last of them the memory is used for others. */
  release(index: number): Promise<void>;
}

interface Entry {
  users: number;
  readonly buffers: SharedArrayBuffer[];
  loading: Promise<Embeddings> | undefined;
}

/** Each checkpoint's embeddings have `users` users, all of whom release them, be it unasked. */
export function openSharedEmbeddings(
  embedded: readonly Pick<EmbeddedCheckpoint, 'load'>[],
  pool: BufferPool,
  users: (index: number) => number,
): SharedEmbeddings {
  const entries = embedded.map((_, index): Entry => ({
    users: users(index),
    buffers: [],
    loading: undefined,
  }));
  const load = async (index: number, buffers: SharedArrayBuffer[]): Promise<Embeddings> => {
    const { load: read } = embedded[index]!;
    return moveToShared(await read(), pool, buffers);
  };
  return {
    get(index) {
      const entry = entries[index]!;
      return (entry.loading ??= load(index, entry.buffers));
    },
    isOpen: (index) => entries[index]!.loading !== undefined,
    async release(index) {
      const entry = entries[index]!;
      if (--entry.users > 0) return;
      await entry.loading?.catch(() => undefined); // whoever asked was told
      for (const buffer of entry.buffers.splice(0)) pool.release(buffer);
    },
  };
}

/**
 * A copy that the analysis threads read in place. The original is freed at once: V8 collects large buffers late, and
 * some checkpoints' would pile up.
 */
function moveToShared(embeddings: Embeddings, pool: BufferPool, buffers: SharedArrayBuffer[]): Embeddings {
  const shared = copyToShared(embeddings, {
    float32: (length) => {
      const buffer = pool.acquire(length * Float32Array.BYTES_PER_ELEMENT);
      buffers.push(buffer);
      return new Float32Array(buffer);
    },
  });
  const { buffer } = embeddings.data;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  return shared;
}
