/** One checkpoint's picture, from its data to a PNG. */
import { encodePng, rasterizeOverlay } from '../images/index.ts';
import type { RgbImage } from '../contracts.ts';
import { blend, paste } from './canvas.ts';
import type { FrameInput } from './frame-input.ts';
import { checkpointBox, drawCheckpoint } from './header.ts';
import type { Box } from './layout.ts';
import { drawOutliers, fitPictures } from './leaderboard.ts';
import { drawLosses } from './loss-plot.ts';
import { paintMarkers } from './map-markers.ts';
import { placePoints, type MapPoints } from './map-plot.ts';
import { describeNumbers, paintMarks, placeMarks, type PlacedMarks } from './map-rings.ts';
import { outlineText, type TextBox } from './outline-text.ts';
import { openPage, type Page } from './panel.ts';
import { paintProgress } from './progress-bar.ts';
import type { Scene } from './scene.ts';
import { openStudio, type Studio } from './studio.ts';
import type { Typesetter } from './text.ts';

/** A drawing that lies over a part of the frame. */
export interface Overlay {
  readonly box: Box;
  /** Without any `<text>`. */
  readonly svg: string;
}

/** What one frame adds to its scene, but for markers and pictures. */
export interface ComposedFrame {
  readonly overlays: readonly Overlay[];
  readonly marks: PlacedMarks;
  /** Every line of text and where it is, px of the frame. */
  readonly texts: readonly TextBox[];
}

/** Units by which a part's drawing may reach over its box. */
const OVERHANG = 8;

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
  const { scene, backdrop, numbers } = await studio.stage(input);
  const points = placePoints(input, scene.layout);
  const { overlays, marks } = composeFrame(input, points, scene, studio.typesetter);
  // Other threads rasterise while this one paints the markers.
  const drawn = overlays.map(({ svg, box }) => rasterizeOverlay(svg, box));
  const pictures = fitPictures(scene.layout, input);
  const canvas = { ...backdrop, data: backdrop.data.slice() };
  paintMarkers(canvas, scene.layout.map, points, input.labels, scene.markers);
  paintMarks(canvas, scene.layout, marks, scene.marks, numbers, scene.theme);
  paintProgress(canvas, scene.layout, input, scene.theme);
  for (const { image, x, y } of await pictures) paste(canvas, image, x, y);
  for (const [index, rgba] of (await Promise.all(drawn)).entries()) blend(canvas, rgba, overlays[index]!.box);
  return canvas;
}

/** Draws what one frame shows above its scene and its markers, part by part. */
export function composeFrame(
  input: FrameInput,
  points: MapPoints,
  scene: Scene,
  typesetter: Typesetter,
): ComposedFrame {
  const { layout, theme, styles, chart } = scene;
  const parts: [Box | undefined, (page: Page) => void][] = [
    [checkpointBox(layout), (page) => { drawCheckpoint(page, layout, input, theme, typesetter); }],
    [layout.leaderboard, (page) => { drawOutliers(page, layout, input, styles, theme, typesetter); }],
    [chart?.box, (page) => { drawLosses(page, chart!, input.step, theme, typesetter); }],
  ]; // prettier-ignore
  const texts: TextBox[] = [];
  const overlays = parts.flatMap(([box, draw]): Overlay[] => {
    if (box === undefined) return [];
    const region = widen(box, OVERHANG * layout.unit, input.look);
    const page = openPage(region);
    draw(page);
    texts.push(...outlineText(page.root, typesetter));
    return [{ box: region, svg: page.root.outerHTML }];
  });
  const marks = placeMarks(layout, input, points, scene.marks);
  texts.push(...describeNumbers(layout, marks, scene.marks));
  return { overlays, marks, texts };
}

/** `box` with `room` px around it, as far as the frame reaches; whole px. */
function widen(box: Box, room: number, frame: { readonly width: number; readonly height: number }): Box {
  const x = Math.max(0, Math.floor(box.x - room));
  const y = Math.max(0, Math.floor(box.y - room));
  return {
    x,
    y,
    width: Math.min(frame.width, Math.ceil(box.x + box.width + room)) - x,
    height: Math.min(frame.height, Math.ceil(box.y + box.height + room)) - y,
  };
}
