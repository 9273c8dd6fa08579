/** Stage 4: frames in, one PNG a frame out. */
import type { Cache } from '../artifacts/cache.ts';
import type { PublishedFile } from '../artifacts/rendered-folder.ts';
import { mapBounded } from '../concurrency.ts';
import type { Frame } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import type { PipelineContext } from '../pipeline.ts';
import { runStage } from '../progress.ts';
import { openRenderingPool, renderFrame, renderFrameInWorker, type FrameInput } from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import { describeFrames } from './describe-frames.ts';

const KIND = 'frames';

/** A drawn frame: a PNG in the cache, read when it is needed. */
export interface Picture extends PublishedFile {
  /** Equal where the bytes are. */
  readonly key: string;
  /** Reads the PNG; should it have been damaged or removed in the meantime, it is drawn again. */
  readonly content: () => Promise<Uint8Array>;
}

/**
 * Draws every frame that is not in the cache yet, on as many threads as there are. No picture is kept in memory.
 * @throws EmbeddingAnimationError `ImageUnreadable` when an outlier's thumbnail can't be decoded
 */
export async function drawFrames(
  source: RunSource,
  frames: readonly Frame[],
  { cache, threads, progress }: PipelineContext,
): Promise<Picture[]> {
  const pool = openRenderingPool(threads);
  const { describe, keyOf } = describeFrames(source, frames);
  let done = 0;
  let cached = 0;
  return runStage(`${source.id}: drawing`, 'frames', progress, async (update) => {
    const result = await mapBounded(frames, threads, async (frame) => {
      const place = { run: source.id, step: frame.step };
      const input = await withPlace(place, () => describe(frame));
      const key = keyOf(input);
      if (await cache.has(KIND, key)) cached++;
      else await cache.write(KIND, key, await withPlace(place, () => renderFrameInWorker(pool, input)));
      update(++done, frames.length);
      return { name: pictureName(frame), key, content: () => readPicture(cache, key, () => describe(frame)) };
    });
    return { result, line: `${source.id}: drew ${frames.length} frames, ${cached} from the cache` };
  }).finally(() => pool.close());
}

/** Name of a frame's picture below the run's folder. */
export function pictureName({ step }: Pick<Frame, 'step'>): string {
  return `frames/step-${String(step).padStart(6, '0')}.png`;
}

async function readPicture(
  cache: Cache,
  key: string,
  describe: () => Promise<FrameInput>,
): Promise<Uint8Array> {
  const stored = await cache.read(KIND, key);
  if (stored !== undefined) return stored;
  const drawn = await renderFrame(await describe());
  await cache.write(KIND, key, drawn);
  return drawn;
}
