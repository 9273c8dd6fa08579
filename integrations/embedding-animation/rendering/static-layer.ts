/** What all frames of a run have in common, planned and drawn once. */
import type { RgbImage } from '../contracts.ts';
import { rasterizeSvg } from '../images/index.ts';
import type { FrameInput } from './frame-input.ts';
import {
  layOutFrame,
  LEADERBOARD_ROWS,
  legendSpace,
  titleSpace,
  unitOf,
  type FrameLayout,
  type LayoutContent,
} from './layout.ts';
import { drawAnchors, namesAll, planAnchors, type AnchorsPlan } from './parts/class-anchors.ts';
import { drawTitle, planTitle } from './parts/header.ts';
import { drawLeaderboard, fitClassNames } from './parts/leaderboard.ts';
import { drawLegend, planLegend, type LegendClasses, type LegendPlan } from './parts/legend.ts';
import { drawLossAxes, planLossChart, type LossChart } from './parts/loss-chart.ts';
import { strokeLossCurve, type LossCurve } from './parts/loss-curve.ts';
import { drawGround, makePointSprites, type PointSprites } from './parts/map-points.ts';
import { makeRingSprites, type RingSprites } from './parts/outlier-rings.ts';
import { drawProgressTrack } from './parts/progress-bar.ts';
import { openSvgDrawing } from './svg-drawing.ts';
import type { TextBox } from './text/placed-text.ts';
import { outlineSvgText } from './text/svg-text.ts';
import type { Typesetter } from './text/typesetter.ts';
import { classStyles, themeOf, type ClassStyle, type Theme } from './theme.ts';

/** A run's frames without what changes from one to the next: what frames are drawn with, and the drawing under them. */
export interface StaticLayer {
  readonly layout: FrameLayout;
  readonly theme: Theme;
  readonly styles: readonly ClassStyle[];
  /** Names of classes as the leaderboard has room for, in class order. */
  readonly leaderboardNames: readonly string[];
  /** Of a class map. */
  readonly anchors: AnchorsPlan | undefined;
  readonly points: PointSprites;
  readonly rings: RingSprites;
  readonly chart: LossChart | undefined;
  /** The training loss with all rows: frames show it up to where their own end of it begins. */
  readonly lossCurve: LossCurve | undefined;
  /** The drawing under all frames: paper, title, ground, legend, axes. Without any `<text>`. */
  readonly svg: string;
  /** Its lines of text. */
  readonly texts: readonly TextBox[];
}

/** The part of a frame's input that decides its static layer. */
export type StaticLayerInput = Pick<
  FrameInput,
  | 'title'
  | 'lastStep'
  | 'classNames'
  | 'labels'
  | 'losses'
  | 'look'
  | 'outliers'
  | 'points'
  | 'anchors'
  | 'language'
  | 'fonts'
>;

/** Equal for inputs that have the same static layer: of outliers, points and labels it is their number that counts. */
export function staticLayerKey(input: StaticLayerInput): string {
  const { title, lastStep, classNames, losses, look, outliers, points, anchors, language, fonts } = input;
  const counts = [countImages(input), outliers.length, points.rows];
  return JSON.stringify([title, lastStep, classNames, losses, look, anchors, language, fonts, ...counts]);
}

/** Images of each class. */
function countImages({ classNames, labels }: Pick<StaticLayerInput, 'classNames' | 'labels'>): number[] {
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

/** Plans what all frames share and draws what never changes in them. */
export function planStaticLayer(input: StaticLayerInput, typesetter: Typesetter): StaticLayer {
  const { classNames, look } = input;
  const { width, height } = look;
  const theme = themeOf(look);
  const styles = classStyles(classNames, look);
  const rows = Math.min(LEADERBOARD_ROWS, input.outliers.length);
  const hasLosses = input.losses.some(({ loss }) => Number.isFinite(loss));
  const content = { width, height, outliers: rows, hasLosses };
  const classes = { names: classNames, styles, images: countImages(input) };
  const title = planTitle(input.title, { ...titleSpace(content), unit: unitOf(content) }, typesetter);
  const titleLines = Math.max(1, title.lines.length);
  const arranged = arrangeMap({ ...content, titleLines }, input.anchors, classes, typesetter);
  const { layout, legend, anchors } = arranged;
  const chart = planLossChart(layout, input, typesetter);

  const drawing = openSvgDrawing(width, height, theme.paper);
  drawTitle(drawing, layout, title, theme);
  drawGround(drawing, layout, theme);
  if (anchors !== undefined) drawAnchors(drawing, layout, anchors, styles, theme);
  if (legend !== undefined) drawLegend(drawing, layout, legend, theme, typesetter);
  drawLeaderboard(drawing, layout, { rows, theme }, typesetter);
  if (chart !== undefined) drawLossAxes(drawing, chart, theme, typesetter);
  drawProgressTrack(drawing, layout, theme);
  const texts = outlineSvgText(drawing.root, typesetter);
  return {
    layout,
    theme,
    styles,
    leaderboardNames: fitClassNames(layout, input, typesetter),
    anchors,
    points: makePointSprites(layout, styles, theme, input.points.rows),
    rings: makeRingSprites(layout, input.points.rows, typesetter),
    chart,
    lossCurve: chart && strokeLossCurve(chart, look),
    svg: drawing.root.outerHTML,
    texts,
  };
}

/** How the map and its legend share their room. */
interface ArrangedMap {
  readonly layout: FrameLayout;
  readonly legend: LegendPlan | undefined;
  readonly anchors: AnchorsPlan | undefined;
}

/** Lays out the frame: without a legend where the anchors of a class map name all classes of the set. */
function arrangeMap(
  content: Omit<LayoutContent, 'legendRows' | 'legendRow'>,
  given: StaticLayerInput['anchors'],
  classes: LegendClasses,
  typesetter: Typesetter,
): ArrangedMap {
  const plan = (layout: FrameLayout): AnchorsPlan | undefined =>
    given && planAnchors(given, { ...layout, images: classes.images }, typesetter);
  if (given !== undefined) {
    const layout = layOutFrame({ ...content, legendRows: 0 });
    const anchors = plan(layout);
    if (anchors !== undefined && namesAll(anchors, classes.names.length)) {
      return { layout, legend: undefined, anchors };
    }
  }
  const legend = planLegend(classes, { ...legendSpace(content), unit: unitOf(content) }, typesetter);
  const layout = layOutFrame({ ...content, legendRows: legend.rows, legendRow: legend.rowHeight });
  return { layout, legend, anchors: plan(layout) };
}

/** The pixels under all frames of a run. */
export function rasterizeStaticLayer(
  { svg, theme }: StaticLayer,
  { look }: StaticLayerInput,
): Promise<RgbImage> {
  return rasterizeSvg(svg, { width: look.width, height: look.height, background: theme.paper });
}
