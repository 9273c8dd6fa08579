/** One checkpoint's picture, from its data to a PNG. */
import { encodePng, rasterizeOverlay } from '../images/index.ts';
import type { RgbImage } from '../contracts.ts';
import { blend, paste } from './raster/pixels.ts';
import type { FrameInput } from './frame-input.ts';
import { setCheckpoint } from './parts/header.ts';
import { fitPictures, paintSwatches, setOutliers } from './parts/leaderboard.ts';
import { paintLines, type Line } from './text/lines.ts';
import { drawLineEnd, type LineEnd } from './parts/loss-line.ts';
import { setLoss } from './parts/loss-chart.ts';
import { paintMarkers } from './parts/map-points.ts';
import { placePoints, type MapPoints } from './parts/map-plot.ts';
import {
  describeNumbers,
  paintMarks,
  placeMarks,
  ringedImages,
  type PlacedMarks,
} from './parts/outlier-rings.ts';
import type { TextBox } from './text/svg-text.ts';
import { paintProgress } from './parts/progress-bar.ts';
import type { Scene } from './static-layer.ts';
import { openStudio, type Studio } from './render-cache.ts';
import type { Typesetter } from './text/typesetter.ts';

/** What one frame adds to its scene, but for markers and pictures. */
export interface ComposedFrame {
  readonly lines: readonly Line[];
  readonly marks: PlacedMarks;
  /** The end of the training loss. */
  readonly lineEnd: LineEnd | undefined;
  /** Every line of text and where it is, px of the frame. */
  readonly texts: readonly TextBox[];
}

/**
 * Draws one checkpoint: title, map, legend, leaderboard, training loss, progress.
 * The same input gives the same bytes.
 * @param studio keeps opened fonts and the scene: give the same one to draw many frames
 * @returns a PNG of `look.width` × `look.height` px
 */
export async function renderFrame(input: FrameInput, studio: Studio = openStudio()): Promise<Uint8Array> {
  return encodePng(await paintFrame(input, studio));
}

/** The pixels that `renderFrame` encodes. */
async function paintFrame(input: FrameInput, studio: Studio): Promise<RgbImage> {
  const { scene, typesetter, backdrop, numbers, line } = await studio.stage(input);
  const { layout, theme, styles } = scene;
  const points = placePoints(input, layout);
  const { lines, marks, lineEnd } = composeFrame(input, points, scene, typesetter);
  // Other threads rasterise and resample while this one paints.
  const end = lineEnd && rasterizeOverlay(lineEnd.svg, lineEnd.box);
  const pictures = fitPictures(layout, input);
  const canvas = { ...backdrop, data: backdrop.data.slice() };
  const ringed = ringedImages(input).map(({ row }) => row);
  paintMarkers(canvas, layout.map, points, input.labels, scene.markers, ringed);
  paintMarks(canvas, layout, marks, scene.marks, numbers, theme);
  paintProgress(canvas, layout, input, theme);
  paintSwatches(canvas, layout, input, styles);
  paintLines(canvas, lines);
  for (const { image, x, y } of await pictures) paste(canvas, image, x, y);
  if (scene.line && line && lineEnd && end) {
    blend(canvas, line, scene.line.box, lineEnd.box.x - scene.line.box.x);
    blend(canvas, await end, lineEnd.box);
  }
  return canvas;
}

/** Sets and draws what one frame shows above its scene and its markers. */
export function composeFrame(
  input: FrameInput,
  points: MapPoints,
  scene: Scene,
  typesetter: Typesetter,
): ComposedFrame {
  const { layout, theme, chart } = scene;
  const lineEnd = chart && drawLineEnd(chart, input.step, input.look, theme);
  const lines = [
    ...setCheckpoint(layout, input, theme, typesetter),
    ...setOutliers(layout, input, scene.boardNames, theme, typesetter),
    ...(chart && lineEnd?.current ? setLoss(chart, lineEnd.current, theme, typesetter) : []),
  ];
  const marks = placeMarks(layout, input, points, scene.marks);
  const texts = [...lines.map(({ box }) => box), ...describeNumbers(layout, marks, scene.marks)];
  return { lines, marks, lineEnd, texts };
}
