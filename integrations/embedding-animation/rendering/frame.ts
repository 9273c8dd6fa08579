/** One checkpoint's picture, from its data to a PNG, on this thread or on another. */
import type { RgbImage } from '../contracts.ts';
import { encodePng } from '../images/index.ts';
import { openPool, type WorkerPool } from '../threads/workers.ts';
import type { FrameInput } from './frame-input.ts';
import { listNameBoxes } from './parts/class-anchors.ts';
import { typesetCheckpoint } from './parts/header.ts';
import { drawSwatches, placeThumbnails, typesetOutliers } from './parts/leaderboard.ts';
import { typesetLoss } from './parts/loss-chart.ts';
import { drawLossCurve, findCurveEnd, type LossCurveEnd } from './parts/loss-curve.ts';
import { placePoints, type PixelPositions } from './parts/map-extent.ts';
import { drawPoints } from './parts/map-points.ts';
import {
  describeNumbers,
  drawRings,
  placeRings,
  ringedImages,
  type PlacedRings,
} from './parts/outlier-rings.ts';
import { drawProgress } from './parts/progress-bar.ts';
import { copyImage } from './raster/pixels.ts';
import { openRenderCache, type RenderCache } from './render-cache.ts';
import type { StaticLayer } from './static-layer.ts';
import { drawTexts, type TextBox, type TypesetText } from './text/placed-text.ts';
import type { Typesetter } from './text/typesetter.ts';

/** What one frame shows over the static layer, but for points, swatches and thumbnails. */
export interface FrameOverlay {
  readonly texts: readonly TypesetText[];
  readonly rings: PlacedRings;
  /** The end of the training loss. */
  readonly curveEnd: LossCurveEnd | undefined;
}

/**
 * Renders one checkpoint: title, map, legend, leaderboard, training loss, progress.
 * The same input gives the same bytes.
 * @param cache keeps opened fonts and the static layer: give the same one to render many frames
 * @returns a PNG of `look.width` × `look.height` px
 */
export async function renderFrame(
  input: FrameInput,
  cache: RenderCache = openRenderCache(),
): Promise<Uint8Array> {
  return encodePng(await drawFrame(input, cache));
}

/** The pixels that `renderFrame` encodes. */
async function drawFrame(input: FrameInput, cache: RenderCache): Promise<RgbImage> {
  const { layer, typesetter, background } = await cache.layerOf(input);
  const { layout, theme, styles, chart, lossCurve } = layer;
  const thumbnails = placeThumbnails(layout, input); // other threads resample while this one draws
  const points = placePoints(input, layout, layer.anchors?.circle);
  const { texts, rings, curveEnd } = composeOverlay(input, points, layer, typesetter);
  const picture = { ...background, data: background.data.slice() };
  const above = ringedImages(input).map(({ row }) => row);
  const { labels, opacities } = input;
  drawPoints(picture, layout.map, { positions: points, labels, opacities, above }, layer.points);
  drawRings(picture, layout, rings, layer.rings, theme);
  drawProgress(picture, layout, input, theme);
  drawSwatches(picture, layout, input, styles);
  if (chart && lossCurve && curveEnd) drawLossCurve(picture, chart, lossCurve, curveEnd, theme);
  drawTexts(picture, texts);
  for (const { image, x, y } of await thumbnails) copyImage(picture, image, x, y);
  return picture;
}

/** Typesets and places what one frame shows above its static layer and its points. */
export function composeOverlay(
  input: FrameInput,
  points: PixelPositions,
  layer: StaticLayer,
  typesetter: Typesetter,
): FrameOverlay {
  const { layout, theme, chart } = layer;
  const curveEnd = chart && findCurveEnd(chart, input.step, input.look);
  const texts = [
    ...typesetCheckpoint(layout, input, theme, typesetter),
    ...typesetOutliers(layout, input, layer.leaderboardNames, theme, typesetter),
    ...(chart && curveEnd?.current ? typesetLoss(chart, curveEnd.current, theme, typesetter) : []),
  ];
  const rings = placeRings(layout, input, points, layer.rings, layer.anchors && listNameBoxes(layer.anchors));
  return { texts, rings, curveEnd };
}

/** Where every line of text of an overlay is, px of the frame. */
export function listTextBoxes(
  { texts, rings }: FrameOverlay,
  { layout, rings: sprites }: StaticLayer,
): TextBox[] {
  return [...texts.map(({ box }) => box), ...describeNumbers(layout, rings, sprites)];
}

/** Threads that render frames. */
export type RenderingPool = WorkerPool<FrameInput, Uint8Array>;

/** Opens a pool of up to `threads` threads; they start, and open their fonts, with the first frames. */
export function openRenderingPool(threads: number): RenderingPool {
  return openPool(new URL('./frame-worker.ts', import.meta.url), threads);
}

/**
 * Renders a frame on the next free thread: the same bytes as `renderFrame`.
 * @throws EmbeddingAnimationError `WorkerFailed` when the thread died
 */
export function renderFrameInWorker(pool: RenderingPool, input: FrameInput): Promise<Uint8Array> {
  return pool.run(input);
}
