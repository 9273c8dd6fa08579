/** What each frame's picture shows, and by which key it is kept. */
import { createHash } from 'node:crypto';
import { procrustesScale } from '../analysis/index.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import { openByteSemaphore } from '../threads/concurrency.ts';
import type { Frame, Matrix, RgbImage, TrainerRun } from '../contracts.ts';
import { keepRecent } from '../keep-recent.ts';
import type { AnimationOptions, PictureLook, RunFile } from '../options/index.ts';
import {
  leaderboardRows,
  fitThumbnail,
  frameExtent,
  hasPowers,
  markGaps,
  thinLosses,
  type FontPackage,
  type FrameInput,
} from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import { listVariants, type Variant } from '../variants.ts';
import { stageVersions } from './context.ts';

/** Below it a map has no shape in common with the last one that numbers could tell, and stays a point. */
const SMALLEST_SCALE = 1e-6;
/** Memory that leading images may take while their thumbnails are made, together. */
const DECODING_BYTES = 512 << 20;
/** Images whose thumbnails are kept at the sizes they are shown, a few kilobytes each: outliers come back frame after frame. */
const THUMBNAILS_KEPT = 400;

/** What pictures take from a run. */
export interface DrawingSource extends Pick<RunSource, 'id' | 'dataset' | 'look' | 'language' | 'fonts'> {
  readonly file: Pick<RunFile, 'title'>;
  readonly trainer: Pick<TrainerRun, 'losses' | 'lossGaps'>;
}

/** What pictures show of a frame. */
export type FrameToDraw = Pick<Frame, 'step' | 'epoch' | 'accuracy' | 'points' | 'disparity' | 'outliers'>;

/** A run's frames as inputs of pictures. */
export interface FrameDescriptions {
  /** The run's sets of pictures. */
  readonly variants: readonly [Variant, ...Variant[]];
  /**
   * What a frame's picture of one of the variants shows; of the first where none is given.
   * @throws EmbeddingAnimationError `ImageUnreadable`
   */
  readonly describe: (frame: FrameToDraw, variant?: Variant) => Promise<FrameInput>;
  /** sha256 (hex) over all that decides the picture's bytes. */
  readonly keyOf: (input: FrameInput) => string;
}

/** Prepares what all frames share; each frame's own part is made when it is asked for, and not kept. */
export function describeFrames(source: DrawingSource, frames: readonly FrameToDraw[]): FrameDescriptions {
  const { file, trainer, dataset, look, language, fonts } = source;
  const shared = {
    title: file.title,
    lastStep: frames.at(-1)!.step, // a run has a frame
    extent: frameExtent(frames.map((frame) => sizeMap(frame, look.mapSize))),
    classNames: dataset.classNames,
    language,
  };
  const { losses, lossGaps } = trainer;
  const curve = thinLosses(markGaps(losses, lossGaps)); // what crosses threads with every frame is not too long
  const variants = listVariants(look);
  const looks = variants.map((variant) => variant.look);
  const labels = Int32Array.from(dataset.items, ({ label }) => label);
  const common = { fonts: fontsKey(source), labels: hashBytes(labels), version: stageVersions.rendering };
  const gate = openByteSemaphore(DECODING_BYTES);
  const loadThumbnails = async (index: number) => {
    const lease = gate.lease();
    try {
      return await fitThumbnails(await dataset.decode(index, lease.reserve), looks);
    } finally {
      lease.giveBack();
    }
  };
  const thumbnailsOf = keepRecent(loadThumbnails, () => 1, THUMBNAILS_KEPT);
  const history = { losses, lossGaps, lossesAsPowers: hasPowers(losses) ? true : undefined };
  const sharedKeys = new Map(
    looks.map((own) => [own, hashOf({ ...shared, ...history, look: own, ...common })]),
  );
  return {
    variants,
    async describe(frame, variant = variants[0]) {
      const { step, epoch, accuracy } = frame;
      const outliers = frame.outliers
        .slice(0, leaderboardRows(variant.look))
        .map(async ({ index, score }) => {
          const { name, label } = dataset.items[index]!;
          const className = dataset.classNames[label]!;
          const thumbnail = (await thumbnailsOf(index)).get(variant.look)!; // every variant's is made
          return { thumbnail, className, classIndex: label, name, score, index };
        });
      const points = sizeMap(frame, look.mapSize);
      const own = { labels, step, epoch, accuracy, points, outliers: await Promise.all(outliers) };
      return { ...shared, losses: curve, fonts: fonts.choice, look: variant.look, ...own };
    },
    keyOf: ({ look: own, step, epoch, accuracy, points, outliers }) =>
      hashOf({
        shared: sharedKeys.get(own),
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

/** The map at the size it is drawn. */
function sizeMap(
  { points, disparity }: FrameToDraw,
  mapSize: AnimationOptions['mapSize'],
): Matrix<Float64Array> {
  const scale = procrustesScale(disparity);
  if (mapSize === 'fitted' || scale < SMALLEST_SCALE) return points;
  return { ...points, data: points.data.map((value) => value / scale) };
}

/** An image, decoded once, as each look shows it. */
async function fitThumbnails(
  image: RgbImage,
  looks: readonly PictureLook[],
): Promise<ReadonlyMap<PictureLook, RgbImage>> {
  const fit = async (look: PictureLook) => [look, await fitThumbnail(image, look)] as const;
  return new Map(await Promise.all(looks.map(fit)));
}

/** Numbers by their bytes: text of 10,000 coordinates would take longer than drawing them. */
function hashBytes({ buffer, byteOffset, byteLength }: Float64Array | Int32Array | Uint8Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
