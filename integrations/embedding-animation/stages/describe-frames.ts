/** What each frame's picture shows, and by which key it is kept. */
import { createHash } from 'node:crypto';
import { hashOf } from '../artifacts/stable-json.ts';
import { openDecodingSemaphore } from '../threads/concurrency.ts';
import type { Frame, MapFrame, Outlier, Matrix, RgbImage, RunMap, TrainerRun } from '../contracts.ts';
import { keepRecent } from '../keep-recent.ts';
import type { AnimationOptions, MapOptions, PictureLook, RunFile } from '../options/index.ts';
import {
  fadeDistrusted,
  leaderboardRows,
  fitThumbnail,
  frameExtent,
  hasPowers,
  markGaps,
  thinLosses,
  type FontPackage,
  type FrameInput,
  type FrameOutlier,
} from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import type { Variant } from '../variants.ts';
import { countNeighboursKept } from './analysis-results.ts';
import { stageVersions } from './context.ts';

/** Below this norm an aligned frame has no shape in common with the last one that numbers could tell, and stays a point. */
const SMALLEST_NORM = 1e-6;
/** Images whose thumbnails are kept at the sizes they are shown, a few kilobytes each: outliers come back frame after frame. */
const THUMBNAILS_KEPT = 400;

/** What pictures take from a run. */
export interface DrawingSource extends Pick<RunSource, 'id' | 'dataset' | 'look' | 'language' | 'fonts'> {
  readonly file: Pick<RunFile, 'title'>;
  readonly trainer: Pick<TrainerRun, 'losses' | 'lossGaps'>;
}

/** What pictures show of a frame, whatever its map. */
export type FrameToDraw = Pick<Frame, 'step' | 'epoch' | 'accuracy' | 'outliers'>;

/** What pictures show of a map. */
export interface MapToDraw extends Pick<RunMap, 'options' | 'anchors'> {
  readonly frames: readonly Pick<MapFrame, 'points' | 'trueNeighbours'>[];
}

/** A frame's picture on one map: its inputs, and what names it. */
export interface FrameDescriptions {
  /**
   * What the picture of a frame, by its index, shows in one of the variants.
   * @throws EmbeddingAnimationError `ImageUnreadable`
   */
  readonly describe: (index: number, variant: Variant) => Promise<FrameInput>;
  /** sha256 (hex) over all that decides the picture's bytes. */
  readonly keyOf: (input: FrameInput) => string;
}

/**
 * Prepares what all frames share; each frame's own part is made when it is asked for, and not kept.
 * @param variants the run's, and no others, are what frames are described in
 * @returns how the frames of a map are described
 */
export function openDescriptions(
  source: DrawingSource,
  frames: readonly FrameToDraw[],
  variants: readonly Variant[],
): (map: MapToDraw) => FrameDescriptions {
  const { file, trainer, dataset, look, language, fonts } = source;
  const { losses, lossGaps } = trainer;
  const shared = {
    title: file.title,
    lastStep: frames.at(-1)!.step, // a run has a frame
    classNames: dataset.classNames,
    language,
  };
  const labels = Int32Array.from(dataset.items, ({ label }) => label);
  const looks = variants.map((variant) => variant.look);
  const outliersOf = openOutliers(source, looks);
  const drawn = {
    ...shared,
    labels,
    losses: thinLosses(markGaps(losses, lossGaps)), // what crosses threads with every frame is not too long
    fonts: fonts.choice,
  };
  const decisive = {
    ...shared,
    losses,
    lossGaps,
    lossesAsPowers: hasPowers(losses) ? true : undefined,
    fonts: fontsKey(source),
    labels: hashBytes(labels),
    version: stageVersions.rendering,
  };
  return ({ options, anchors: classAnchors, frames: mapFrames }) => {
    const anchors = classAnchors?.map(({ name, label, x, y }) => ({ name, classIndex: label, x, y }));
    // Made again for each picture: of all frames they would take as much memory as the map.
    const pointsOf = (index: number) => sizeFrame(mapFrames[index]!, options, look.mapSize);
    const extent = frameExtent([...mapFrames.keys()].map(pointsOf));
    const sharedKeys = new Map(
      looks.map((own) => [own, hashOf({ ...decisive, extent, anchors, look: own })]),
    );
    return {
      async describe(index, { look: own }) {
        const { step, epoch, accuracy, outliers } = frames[index]!;
        return {
          ...drawn,
          extent,
          anchors,
          look: own,
          step,
          epoch,
          accuracy,
          points: pointsOf(index),
          opacities: fadeOf(mapFrames[index]!, look.fade, labels.length),
          outliers: await outliersOf(outliers, own),
        };
      },
      keyOf: ({ look: own, step, epoch, accuracy, points, opacities, outliers }) =>
        hashOf({
          shared: sharedKeys.get(own),
          opacities: opacities && hashBytes(opacities),
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
  };
}

/** Rows of leaderboards, whose images are decoded once for all looks. */
function openOutliers(
  { dataset }: Pick<DrawingSource, 'dataset'>,
  looks: readonly PictureLook[],
): (outliers: readonly Outlier[], look: PictureLook) => Promise<FrameOutlier[]> {
  const decoding = openDecodingSemaphore();
  const loadThumbnails = (index: number) =>
    decoding.run(async (reserve) => fitThumbnails(await dataset.decode(index, reserve), looks));
  const thumbnailsOf = keepRecent(loadThumbnails, () => 1, THUMBNAILS_KEPT);
  return (outliers, look) =>
    Promise.all(
      outliers.slice(0, leaderboardRows(look)).map(async ({ index, distanceRatio }) => {
        const { name, label } = dataset.items[index]!;
        const className = dataset.classNames[label]!;
        const thumbnail = (await thumbnailsOf(index)).get(look)!; // every look's is made
        return { thumbnail, className, classIndex: label, name, distanceRatio, index };
      }),
    );
}

/** What of a run's fonts decides pictures: packages and versions in their order, not where they lie. */
export function fontsKey({ fonts: { choice } }: Pick<RunSource, 'fonts'>): unknown {
  const identify = ({ name, version }: FontPackage): string => `${name}@${version}`;
  return { named: choice.named.map(identify), found: choice.found.map(identify) };
}

/** How opaque each point is; all where nothing fades. */
function fadeOf(
  { trueNeighbours }: Pick<MapFrame, 'trueNeighbours'>,
  fade: AnimationOptions['fade'],
  images: number,
): Uint8Array | undefined {
  if (fade === 'none' || trueNeighbours === undefined) return undefined;
  return fadeDistrusted(trueNeighbours, countNeighboursKept(images));
}

/** A frame at the size at which it is drawn: where aligning has scaled it, all may be drawn equally large. */
function sizeFrame(
  { points }: Pick<MapFrame, 'points'>,
  { align, scaling }: Pick<MapOptions, 'align' | 'scaling'>,
  mapSize: AnimationOptions['mapSize'],
): Matrix<Float64Array> {
  if (mapSize === 'fitted' || align === 'none' || !scaling) return points;
  const norm = Math.sqrt(points.data.reduce((sum, value) => sum + value * value, 0)); // around 0: aligned ones are centred
  return norm < SMALLEST_NORM ? points : { ...points, data: points.data.map((value) => value / norm) };
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
