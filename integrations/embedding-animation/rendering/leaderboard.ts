/** The strongest outliers: place, picture, class and score. */
import * as Plot from '@observablehq/plot';
import { encodePng, fitIntoSquare } from '../images/index.ts';
import type { FrameInput, FrameOutlier } from './frame-input.ts';
import { headingOf } from './heading.ts';
import { SIZES, type FrameLayout } from './layout.ts';
import { swatchMark } from './legend.ts';
import { textMarks, type Page, type PlacedText } from './panel.ts';
import type { Typesetter } from './text.ts';
import type { ClassStyle, Theme } from './theme.ts';

/** Most rows that are shown. */
export const LEADERBOARD_ROWS = 10;

const HEADING = 'Strongest outliers';
const TEXT_SIZE = 24.5;
const BASELINE = 0.72;
/** Units from the left edge: right edge of the place, left edge of the picture, middle of the swatch, text. */
const COLUMNS = { rank: 31, picture: 42, swatch: 91, text: 107 };
const PICTURE = 32;
const SWATCH_RADIUS = 7.5;
const SCORE_GAP = 12;
const SCORE_DIGITS = 3;

/** Draws the leaderboard into its box. */
export async function drawLeaderboard(
  page: Page,
  { leaderboard, unit }: FrameLayout,
  input: FrameInput,
  styles: readonly ClassStyle[],
  theme: Theme,
  typesetter: Typesetter,
): Promise<void> {
  if (leaderboard === undefined) return;
  const { width } = leaderboard;
  const size = TEXT_SIZE * unit;
  const outliers = input.outliers.slice(0, LEADERBOARD_ROWS);
  const scores = outliers.map(({ score }) => score.toFixed(SCORE_DIGITS));
  const scoreWidth = Math.max(
    ...scores.map((score) => typesetter.measure(score, { size, weight: 400, tabular: true })),
  );
  const nameWidth = width - scoreWidth - (COLUMNS.text + SCORE_GAP) * unit;
  const rows = outliers.map((outlier, index) => {
    const top = Math.round((SIZES.heading + index * SIZES.boardRow) * unit);
    return { ...outlier, top, baseline: top + BASELINE * SIZES.boardRow * unit, score: scores[index]! };
  });
  const texts = rows.flatMap(({ className, score, baseline: y }, index): PlacedText[] => [
    {
      text: String(index + 1),
      x: COLUMNS.rank * unit,
      y,
      size,
      weight: 600,
      anchor: 'end',
      tabular: true,
      fill: theme.ink,
    },
    {
      text: typesetter.fit(className, { size, weight: 400 }, nameWidth),
      x: COLUMNS.text * unit,
      y,
      size,
      fill: theme.ink,
    },
    { text: score, x: width, y, size, anchor: 'end', tabular: true, fill: theme.muted },
  ]);
  const side = Math.round(PICTURE * unit);
  const pictures = await Promise.all(outliers.map((outlier) => encodePicture(outlier, side, theme)));
  page.draw(leaderboard, [
    ...textMarks([
      ...headingOf(HEADING, theme, unit),
      { text: 'score', x: width, y: 22 * unit, size, anchor: 'end', fill: theme.muted },
      ...texts,
    ]),
    Plot.image(rows, {
      src: (_row: unknown, index: number) => pictures[index],
      x: () => Math.round(COLUMNS.picture * unit) + side / 2,
      y: ({ top }: { top: number }) => top + Math.round(((SIZES.boardRow - PICTURE) / 2) * unit) + side / 2,
      width: side,
      height: side,
    }),
    swatchMark(
      rows.map(({ classIndex, baseline }) => ({
        x: COLUMNS.swatch * unit,
        y: baseline - 0.36 * size,
        style: styles[classIndex]!,
      })),
      SWATCH_RADIUS * unit,
    ),
  ]);
}

/** At the very size it is drawn at, so that it isn't resampled again. */
async function encodePicture({ thumbnail }: FrameOutlier, side: number, { paper }: Theme): Promise<string> {
  const png = await encodePng(await fitIntoSquare(thumbnail, side, paper));
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
