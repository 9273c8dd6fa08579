/** What each frame's picture shows, and by which key it is kept. */
import { createHash } from 'node:crypto';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Frame, Matrix, RgbImage } from '../contracts.ts';
import type { AnimationOptions } from '../options/index.ts';
import { fitThumbnail, frameExtent, type FontPackage, type FrameInput } from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import { stageVersions } from './versions.ts';

/** Below it a map has no shape in common with the last one that numbers could tell, and stays a point. */
const SMALLEST_SCALE = 1e-6;
/** Thumbnails that are kept at the size they are shown, a few kilobytes each: outliers come back frame after frame. */
const THUMBNAILS_KEPT = 400;

/** A run's frames as inputs of pictures. */
export interface FrameDescriptions {
  /** @throws EmbeddingAnimationError `ImageUnreadable` */
  readonly describe: (frame: Frame) => Promise<FrameInput>;
  /** sha256 (hex) over all that decides the picture's bytes. */
  readonly keyOf: (input: FrameInput) => string;
}

/** Prepares what all frames share; each frame's own part is made when it is asked for, and not kept. */
export function describeFrames(source: RunSource, frames: readonly Frame[]): FrameDescriptions {
  const { file, trainer, dataset, look, language, fonts } = source;
  const shared = {
    title: file.title,
    lastStep: frames.at(-1)!.step, // a run has a frame
    extent: frameExtent(frames.map((frame) => sizeMap(frame, look.mapSize))),
    classNames: dataset.classNames,
    losses: trainer.losses,
    look,
    language,
  };
  const labels = Int32Array.from(dataset.items, ({ label }) => label);
  const sharedKey = hashOf({
    ...shared,
    fonts: fontsKey(source),
    labels: hashBytes(labels),
    version: stageVersions.rendering,
  });
  const thumbnailOf = keepSome(THUMBNAILS_KEPT, async (index: number): Promise<RgbImage> =>
    fitThumbnail(await dataset.decode(index), look),
  );
  return {
    async describe(frame) {
      const { step, epoch, accuracy } = frame;
      const outliers = frame.outliers.map(async ({ index, score }) => {
        const { name, label } = dataset.items[index]!;
        const className = dataset.classNames[label]!;
        return { thumbnail: await thumbnailOf(index), className, classIndex: label, name, score, index };
      });
      const points = sizeMap(frame, look.mapSize);
      return {
        ...shared,
        fonts: fonts.choice,
        labels,
        step,
        epoch,
        accuracy,
        points,
        outliers: await Promise.all(outliers),
      };
    },
    keyOf: ({ step, epoch, accuracy, points, outliers }) =>
      hashOf({
        shared: sharedKey,
        step,
        epoch,
        accuracy,
        points: hashBytes(points.data),
        outliers: outliers.map(({ thumbnail, ...outlier }) => ({
          ...outlier,
          thumbnail: hashBytes(thumbnail.data),
        })),
      }),
  };
}

/** What of a run's fonts decides pictures: packages and versions in their order, not where they lie. */
export function fontsKey({ fonts: { choice } }: Pick<RunSource, 'fonts'>): unknown {
  const identify = ({ name, version }: FontPackage): string => `${name}@${version}`;
  return { named: choice.named.map(identify), found: choice.found.map(identify) };
}

/** The map at the size it is drawn. Procrustes multiplied a shape of norm 1 by √(1 − disparity). */
function sizeMap({ points, disparity }: Frame, mapSize: AnimationOptions['mapSize']): Matrix<Float64Array> {
  const scale = Math.sqrt(Math.max(0, 1 - disparity));
  if (mapSize === 'fitted' || scale < SMALLEST_SCALE) return points;
  return { ...points, data: points.data.map((value) => value / scale) };
}

/** Numbers by their bytes: text of 10,000 coordinates would take longer than drawing them. */
function hashBytes({ buffer, byteOffset, byteLength }: Float64Array | Int32Array | Uint8Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

/** `make` with its last results kept, `most` of them; one that failed is made again. */
function keepSome<Value>(
  most: number,
  make: (key: number) => Promise<Value>,
): (key: number) => Promise<Value> {
  const kept = new Map<number, Promise<Value>>();
  return (key) => {
    const known = kept.get(key) ?? make(key);
    kept.delete(key); // what was asked for last comes last
    kept.set(key, known);
    known.catch(() => kept.delete(key));
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return known;
  };
}
