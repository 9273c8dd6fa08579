import { openPool, type WorkerPool } from '../threads/workers.ts';
import type { FrameInput } from './frame-input.ts';

/** Threads that draw frames. */
export type RenderingPool = WorkerPool<FrameInput, Uint8Array>;

/** Opens a pool of up to `threads` threads; they start, and open their fonts, with the first frames. */
export function openRenderingPool(threads: number): RenderingPool {
  return openPool(new URL('./frame-worker.ts', import.meta.url), threads);
}

/**
 * Draws a frame on the next free thread: the same bytes as `renderFrame`.
 * @throws EmbeddingAnimationError `WorkerFailed` when the thread died
 */
export function renderFrameInWorker(pool: RenderingPool, input: FrameInput): Promise<Uint8Array> {
  return pool.run(input);
}
