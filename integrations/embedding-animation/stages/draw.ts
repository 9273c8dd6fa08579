/** Stage 4: frames in, one PNG a frame out. */
import type { PublishedFile } from '../artifacts/rendered-folder.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Frame, Matrix, RgbImage } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import type { AnimationOptions } from '../options/index.ts';
import type { PipelineContext } from '../pipeline.ts';
import { runStage } from '../progress.ts';
import { frameExtent, openRenderingPool, renderFrameInWorker, type FrameInput } from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import { mapBounded } from './map-bounded.ts';
import { stageVersions } from './versions.ts';

/** Below it a map has no shape in common with the last one that numbers could tell, and stays a point. */
const SMALLEST_SCALE = 1e-6;

/** A drawn frame: a PNG file that is read when it is needed. */
export interface Picture extends PublishedFile {
  readonly content: () => Promise<Uint8Array>;
}

/**
 * Draws every frame that is not in the cache yet, on as many threads as there are.
 * @throws EmbeddingAnimationError `ImageUnreadable` when an outlier's thumbnail can't be decoded
 */
export async function drawFrames(
  source: RunSource,
  frames: readonly Frame[],
  context: PipelineContext,
): Promise<Picture[]> {
  const pool = openRenderingPool(context.threads);
  const describe = frameDescriber(source, frames);
  let done = 0;
  let cached = 0;
  return runStage(`${source.id}: drawing`, 'frames', context.progress, async (update) => {
    const result = await mapBounded(frames, context.threads, async (frame) => {
      const input = await withPlace({ run: source.id, step: frame.step }, () => describe(frame));
      const key = hashFrame(input);
      let bytes = await context.cache.read('frames', key);
      if (bytes === undefined) {
        bytes = await withPlace({ run: source.id, step: frame.step }, () => renderFrameInWorker(pool, input));
        await context.cache.write('frames', key, bytes);
      } else cached++;
      update(++done, frames.length);
      return { name: pictureName(frame), content: () => Promise.resolve(bytes) };
    });
    return { result, line: `${source.id}: drew ${frames.length} frames, ${cached} from the cache` };
  }).finally(() => pool.close());
}

/** Name of a frame's picture below the run's folder. */
export function pictureName({ step }: Pick<Frame, 'step'>): string {
  return `frames/step-${String(step).padStart(6, '0')}.png`;
}

/** Returns what a frame's picture shows. Thumbnails are decoded once, however often an image leads. */
function frameDescriber(source: RunSource, frames: readonly Frame[]): (frame: Frame) => Promise<FrameInput> {
  const { file, trainer, dataset, look } = source;
  const labels = Int32Array.from(dataset.items, ({ label }) => label);
  const drawn = new Map(frames.map((frame) => [frame, sizeMap(frame, look.mapSize)]));
  const extent = frameExtent([...drawn.values()]);
  const thumbnails = new Map<number, Promise<RgbImage>>();
  const thumbnailOf = (index: number): Promise<RgbImage> => {
    const known = thumbnails.get(index) ?? dataset.decode(index);
    thumbnails.set(index, known);
    return known;
  };
  return async (frame) => {
    const { step, epoch, accuracy, outliers } = frame;
    return {
      title: file.title,
      step,
      epoch,
      accuracy,
      lastStep: frames.at(-1)!.step,
      points: drawn.get(frame)!,
      extent,
      labels,
      classNames: dataset.classNames,
      outliers: await Promise.all(
        outliers.map(async ({ index, score }) => {
          const { name, label } = dataset.items[index]!;
          const className = dataset.classNames[label]!;
          return { thumbnail: await thumbnailOf(index), className, classIndex: label, name, score, index };
        }),
      ),
      losses: trainer.losses,
      look,
    };
  };
}

/** The map at the size it is drawn. Procrustes multiplied a shape of norm 1 by √(1 − disparity). */
function sizeMap({ points, disparity }: Frame, mapSize: AnimationOptions['mapSize']): Matrix<Float64Array> {
  const scale = Math.sqrt(Math.max(0, 1 - disparity));
  if (mapSize === 'fitted' || scale < SMALLEST_SCALE) return points;
  return { ...points, data: points.data.map((value) => value / scale) };
}

/** Typed arrays become plain ones, so that equal frames have equal keys. */
function hashFrame({ points, labels, outliers, ...rest }: FrameInput): string {
  return hashOf({
    ...rest,
    points: [...points.data],
    labels: [...labels],
    outliers: outliers.map(({ thumbnail, ...outlier }) => ({
      ...outlier,
      thumbnail: Buffer.from(thumbnail.data).toString('base64'),
    })),
    version: stageVersions.rendering,
  });
}
