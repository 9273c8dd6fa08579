/** Frames in, one PNG a frame and variant out. */
import type { Cache } from '../artifacts/cache.ts';
import type { PublishedFile } from '../artifacts/rendering-folder.ts';
import { mapBounded } from '../threads/concurrency.ts';
import type { Frame, RunMap } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import { withProgress } from '../progress.ts';
import { openRenderingPool, renderFrame, renderFrameInWorker, type FrameInput } from '../rendering/index.ts';
import { listVariants, variantFile, type Variant } from '../variants.ts';
import type { PipelineContext } from './context.ts';
import {
  openDescriptions,
  type DrawingSource,
  type FrameDescriptions,
  type FrameToDraw,
  type MapToDraw,
} from './describe-frames.ts';

const KIND = 'frames';

/** Folder of all maps but the first, below the run's. */
const MAPS_FOLDER = 'maps';

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

/** A map with its pictures. */
export interface DrawnMap {
  readonly map: RunMap;
  /** Folder of its files below the run's, with a slash behind it; empty for the map that is shown first. */
  readonly folder: string;
  /** In the order of the run's variants. */
  readonly variants: readonly DrawnVariant[];
}

/** What is drawn of a run. */
export interface ResultsToDraw<Drawn extends MapToDraw> {
  readonly frames: readonly FrameToDraw[];
  readonly maps: readonly Drawn[];
}

/** A map of any kind with its pictures. */
interface DrawnMapOf<Drawn> extends Omit<DrawnMap, 'map'> {
  readonly map: Drawn;
}

/**
 * Draws every frame of every map in every variant that is not in the cache yet, on as many threads as there are. No
 * picture is kept in memory.
 * @throws EmbeddingAnimationError `ImageUnreadable` when an outlier's thumbnail can't be decoded
 */
export async function drawMaps<Drawn extends MapToDraw>(
  source: DrawingSource,
  { frames, maps }: ResultsToDraw<Drawn>,
  { cache, threads, progress }: Pick<PipelineContext, 'cache' | 'threads' | 'progress'>,
): Promise<DrawnMapOf<Drawn>[]> {
  const pool = openRenderingPool(threads);
  const variants = listVariants(source.look);
  const describeMap = openDescriptions(source, frames, variants);
  const total = frames.length * variants.length * maps.length;
  let done = 0;
  let cached = 0;
  return withProgress(`${source.id}: drawing`, 'frames', progress, async (update) => {
    const drawVariant = async (
      { describe, keyOf }: FrameDescriptions,
      variant: Variant,
      folder: string,
    ): Promise<DrawnVariant> => {
      const pictures = await mapBounded(frames, threads, async (frame, index): Promise<Picture> => {
        const place = { run: source.id, step: frame.step };
        const input = await withPlace(place, () => describe(index, variant));
        const key = keyOf(input);
        if (await cache.has(KIND, key)) cached++;
        else await cache.write(KIND, key, await withPlace(place, () => renderFrameInWorker(pool, input)));
        update(++done, total);
        const content = () => readPicture(cache, key, () => describe(index, variant));
        return { name: `${folder}${pictureName(frame, variant)}`, key, content };
      });
      return { variant, pictures };
    };
    const result: DrawnMapOf<Drawn>[] = [];
    for (const [index, map] of maps.entries()) {
      const folder = index === 0 ? '' : `${MAPS_FOLDER}/${map.options.name}/`;
      const descriptions = describeMap(map);
      const drawn: DrawnVariant[] = [];
      // One after the other: a thread keeps what the frames of one variant have in common.
      for (const variant of variants) drawn.push(await drawVariant(descriptions, variant, folder));
      result.push({ map, folder, variants: drawn });
    }
    const what = [
      `${frames.length} frames`,
      ...(maps.length === 1 ? [] : [`of ${maps.length} maps`]),
      ...(variants.length === 1 ? [] : [`in ${variants.length} variants`]),
    ].join(' ');
    return { result, line: `${source.id}: drew ${what}, ${cached} from the cache` };
  }).finally(() => pool.close());
}

/** Name of a frame's picture below its map's folder. */
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
