/** One checkpoint's picture, from its data to a PNG. */
import * as Plot from '@observablehq/plot';
import { encodePng, rasterizeSvg } from '../images/index.ts';
import type { FrameInput } from './frame-input.ts';
import { drawHeader } from './header.ts';
import { layOutFrame, legendSpace, unitOf, type FrameLayout } from './layout.ts';
import { drawLeaderboard, LEADERBOARD_ROWS } from './leaderboard.ts';
import { drawLegend, planLegend } from './legend.ts';
import { drawLosses } from './loss-plot.ts';
import { drawMap } from './map-plot.ts';
import { outlineText, type TextBox } from './outline-text.ts';
import { openPage, type Page } from './panel.ts';
import { openTypesetter, type Typesetter } from './text.ts';
import { classStyles, themeOf, type Theme } from './theme.ts';

/** A frame as a drawing. */
export interface ComposedFrame {
  /** Without any `<text>`. */
  readonly svg: string;
  readonly layout: FrameLayout;
  /** Every line of text and where it is. */
  readonly texts: readonly TextBox[];
}

/**
 * Draws one checkpoint: title, map, legend, leaderboard, training loss, progress.
 * The same input gives the same bytes.
 * @param typesetter keeps opened fonts: give the same one to draw many frames
 * @returns a PNG of `look.width` × `look.height` px
 */
export async function renderFrame(
  input: FrameInput,
  typesetter: Typesetter = openTypesetter(),
): Promise<Uint8Array> {
  const { svg } = await composeFrame(input, typesetter);
  const { width, height } = input.look;
  return encodePng(await rasterizeSvg(svg, { width, height, background: themeOf(input.look).paper }));
}

/** The drawing that `renderFrame` rasterises. */
export async function composeFrame(input: FrameInput, typesetter: Typesetter): Promise<ComposedFrame> {
  const { classNames, look } = input;
  const theme = themeOf(look);
  const styles = classStyles(classNames.length, look);
  const content = {
    width: look.width,
    height: look.height,
    outliers: Math.min(LEADERBOARD_ROWS, input.outliers.length),
    hasLosses: input.losses.some(({ loss }) => Number.isFinite(loss)),
  };
  const space = { ...legendSpace(content), unit: unitOf(content) };
  const legend = planLegend(classNames, styles, space, typesetter);
  const layout = layOutFrame({ ...content, legendRows: legend.rows });

  const page = openPage(look.width, look.height, theme.paper);
  drawHeader(page, layout, input, theme, typesetter);
  drawMap(page, layout, input, styles, theme, typesetter);
  drawLegend(page, layout, legend, theme, typesetter);
  await drawLeaderboard(page, layout, input, styles, theme, typesetter);
  drawLosses(page, layout, input, theme, typesetter);
  drawProgress(page, layout, input, theme);
  const texts = outlineText(page.root, typesetter);
  return { svg: page.root.outerHTML, layout, texts };
}

/** A thin line along the lower edge: how much of the training lies behind. */
function drawProgress(
  page: Page,
  { progress }: FrameLayout,
  { step, lastStep }: FrameInput,
  theme: Theme,
): void {
  const done = lastStep > 0 ? Math.min(1, step / lastStep) : 1;
  const bar = { x1: 0, y1: 0, y2: progress.height };
  page.draw(progress, [
    Plot.rect([progress], { ...bar, x2: progress.width, fill: theme.rule }),
    Plot.rect([progress], { ...bar, x2: Math.round(progress.width * done), fill: theme.ink }),
  ]);
}
