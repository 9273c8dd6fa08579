/** Frames in, one PNG a frame and variant out. */
import type { Cache } from '../artifacts/cache.ts';
import type { PublishedFile } from '../artifacts/rendering-folder.ts';
import { mapBounded } from '../threads/concurrency.ts';
import type { Frame } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import { runStage } from '../progress.ts';
import { openRenderingPool, renderFrame, renderFrameInWorker, type FrameInput } from '../rendering/index.ts';
import { variantFile, type Variant } from '../variants.ts';
import type { PipelineContext } from './context.ts';
import { describeFrames, type DrawingSource, type FrameToDraw } from './describe-frames.ts';

const KIND = 'frames';

/** A drawn frame: a PNG in the cache, read when it is needed. */
export interface Picture extends PublishedFile {
  /** Equal where the bytes are. */
  readonly key: string;
  /** Reads the PNG; should it have been damaged or removed in the meantime, it is drawn again. */
  readonly content: () => Promise<Uint8Array>;
}

/** A variant with its pictures, one a frame. */
export interface DrawnVariant {
  readonly variant: Variant;
  readonly pictures: readonly Picture[];
}

/**
 * Draws every frame in every variant that is not in the cache yet, on as many threads as there are. No picture is
 * kept in memory.
 * @throws EmbeddingAnimationError `ImageUnreadable` when an outlier's thumbnail can't be decoded
 */
export async function drawFrames(
  source: DrawingSource,
  frames: readonly FrameToDraw[],
  { cache, threads, progress }: Pick<PipelineContext, 'cache' | 'threads' | 'progress'>,
): Promise<DrawnVariant[]> {
  const pool = openRenderingPool(threads);
  const { variants, describe, keyOf } = describeFrames(source, frames);
  const total = frames.length * variants.length;
  let done = 0;
  let cached = 0;
  return runStage(`${source.id}: drawing`, 'frames', progress, async (update) => {
    const draw = async (frame: FrameToDraw, variant: Variant): Promise<Picture> => {
      const place = { run: source.id, step: frame.step };
      const input = await withPlace(place, () => describe(frame, variant));
      const key = keyOf(input);
      if (await cache.has(KIND, key)) cached++;
      else await cache.write(KIND, key, await withPlace(place, () => renderFrameInWorker(pool, input)));
      update(++done, total);
      const content = () => readPicture(cache, key, () => describe(frame, variant));
      return { name: pictureName(frame, variant), key, content };
    };
    const result: DrawnVariant[] = [];
    // One after the other: a thread keeps what the frames of one variant have in common.
    for (const variant of variants) {
      const pictures = await mapBounded(frames, threads, (frame) => draw(frame, variant));
      result.push({ variant, pictures });
    }
    const inVariants = variants.length === 1 ? '' : ` in ${variants.length} variants`;
    const found = `${cached} from the cache`;
    return { result, line: `${source.id}: drew ${frames.length} frames${inVariants}, ${found}` };
  }).finally(() => pool.close());
}

/** Name of a frame's picture below the run's folder. */
export function pictureName(frame: Pick<Frame, 'step'>, variant: Pick<Variant, 'name'>): string {
  return variantFile(frameStem(frame), variant, 'png');
}

/** What the names of a frame's files begin with. */
export function frameStem({ step }: Pick<Frame, 'step'>): string {
  return `frames/step-${String(step).padStart(6, '0')}`;
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
