/** What all frames of a run have in common, planned and drawn once. */
import { rasterizeSvg } from '../images/index.ts';
import type { RgbImage } from '../contracts.ts';
import type { FrameInput } from './frame-input.ts';
import { drawTitle, planTitle } from './parts/header.ts';
import { layOutFrame, legendSpace, titleSpace, unitOf, type FrameLayout } from './layout.ts';
import { drawBoard, fitBoardNames, LEADERBOARD_ROWS } from './parts/leaderboard.ts';
import { drawLegend, planLegend } from './parts/legend.ts';
import { drawWholeLine, type Overlay } from './parts/loss-line.ts';
import { drawLossAxes, planLosses, type LossChart } from './parts/loss-chart.ts';
import type { MarkerLook } from './parts/map-points.ts';
import { drawGround, markerSize } from './parts/map-plot.ts';
import { planMarks, type MarkPlan } from './parts/outlier-rings.ts';
import { outlineText, type TextBox } from './text/svg-text.ts';
import { openPage } from './svg-drawing.ts';
import { drawProgressTrack } from './parts/progress-bar.ts';
import { cutStamps } from './raster/marker-sprites.ts';
import type { Typesetter } from './text/typesetter.ts';
import { classStyles, themeOf, type ClassStyle, type Theme } from './theme.ts';

/** A run's frames without what changes from one to the next. */
export interface Scene {
  readonly layout: FrameLayout;
  readonly theme: Theme;
  readonly styles: readonly ClassStyle[];
  /** Names of classes on the leaderboard, in class order. */
  readonly boardNames: readonly string[];
  readonly markers: MarkerLook;
  readonly marks: MarkPlan;
  readonly chart: LossChart | undefined;
  /** The training loss with all rows: frames show it up to where their own end of it begins. */
  readonly line: Overlay | undefined;
  /** The drawing under all frames: paper, title, ground, legend, axes. Without any `<text>`. */
  readonly svg: string;
  /** Its lines of text. */
  readonly texts: readonly TextBox[];
}

/** The part of a frame's input that decides its scene. */
export type SceneInput = Pick<
  FrameInput,
  | 'title'
  | 'lastStep'
  | 'classNames'
  | 'labels'
  | 'losses'
  | 'look'
  | 'outliers'
  | 'points'
  | 'language'
  | 'fonts'
>;

/** Equal for inputs that have the same scene: of outliers, points and labels it is their number that counts. */
export function sceneKey(input: SceneInput): string {
  const { title, lastStep, classNames, losses, look, outliers, points, language, fonts } = input;
  const counts = [countImages(input), outliers.length, points.rows];
  return JSON.stringify([title, lastStep, classNames, losses, look, language, fonts, ...counts]);
}

/** Images of each class. */
function countImages({ classNames, labels }: Pick<SceneInput, 'classNames' | 'labels'>): number[] {
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

/** Plans a scene and draws what never changes in it. */
export function openScene(input: SceneInput, typesetter: Typesetter): Scene {
  const { classNames, look } = input;
  const { width, height } = look;
  const theme = themeOf(look);
  const styles = classStyles(classNames, look);
  const rows = Math.min(LEADERBOARD_ROWS, input.outliers.length);
  const hasLosses = input.losses.some(({ loss }) => Number.isFinite(loss));
  const content = { width, height, outliers: rows, hasLosses };
  const space = { ...legendSpace(content), unit: unitOf(content) };
  const classes = { names: classNames, styles, images: countImages(input) };
  const legend = planLegend(classes, space, typesetter);
  const title = planTitle(input.title, { ...titleSpace(content), unit: unitOf(content) }, typesetter);
  const titleLines = Math.max(1, title.lines.length);
  const layout = layOutFrame({
    ...content,
    legendRows: legend.rows,
    legendRow: legend.rowHeight,
    titleLines,
  });
  const chart = planLosses(layout, input, typesetter);

  const page = openPage({ x: 0, y: 0, width, height }, theme.paper);
  drawTitle(page, layout, title, theme);
  drawGround(page, layout, theme);
  drawLegend(page, layout, legend, theme, typesetter);
  drawBoard(page, layout, { rows, theme }, typesetter);
  if (chart !== undefined) drawLossAxes(page, chart, theme, typesetter);
  drawProgressTrack(page, layout, theme);
  const texts = outlineText(page.root, typesetter);
  const markers = lookOfMarkers(layout, styles, theme, input.points.rows);
  const marks = planMarks(layout, input.points.rows, theme, typesetter);
  const line = chart && drawWholeLine(chart, look, theme);
  const boardNames = fitBoardNames(layout, input, typesetter);
  return { layout, theme, styles, boardNames, markers, marks, chart, line, svg: page.root.outerHTML, texts };
}

/** The pixels under all frames of a scene. */
export function rasterizeScene({ svg, theme }: Scene, { look }: SceneInput): Promise<RgbImage> {
  return rasterizeSvg(svg, { width: look.width, height: look.height, background: theme.paper });
}

function lookOfMarkers(
  layout: FrameLayout,
  styles: readonly ClassStyle[],
  { ground }: Theme,
  points: number,
): MarkerLook {
  const { radius, halo } = markerSize(layout, points);
  const kinds = new Set(styles.map(({ marker }) => marker));
  const stamps = new Map(Array.from(kinds, (marker) => [marker, cutStamps(marker, radius, halo)]));
  return { styles, stamps, ground };
}
