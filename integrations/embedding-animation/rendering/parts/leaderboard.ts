/** The leaderboard of the strongest outliers: rank, thumbnail, class and distance. */
import { fitIntoSquare } from '../../images/index.ts';
import type { RgbImage } from '../../contracts.ts';
import type { PictureLook } from '../../options/index.ts';
import { fillPaths, parseRgb } from '../raster/pixels.ts';
import type { FrameInput } from '../frame-input.ts';
import { HEADING, LEADERBOARD_ROWS, SIZES, unitOf, type FrameLayout } from '../layout.ts';
import { markerPath } from '../raster/marker-shapes.ts';
import type { SvgDrawing } from '../svg-drawing.ts';
import { typeset, type PlacedText, type TypesetText } from '../text/placed-text.ts';
import { shortenNames } from '../text/short-names.ts';
import type { Typesetter } from '../text/typesetter.ts';
import { themeOf, type ClassStyle, type Theme } from '../theme.ts';

const TEXT_SIZE = 24.5;
/** Of the heading above the distances. */
const COLUMN_SIZE = 22;
const BASELINE = 0.72;
/** Units from the left edge: right edge of the rank, left edge of the thumbnail, middle of the swatch, text. */
const COLUMNS = { rank: 31, thumbnail: 42, swatch: 91, text: 107 };
const THUMBNAIL = 32;
const SWATCH_RADIUS = 7.5;
const DISTANCE_GAP = 12;
/** Units between the two headings. */
const HEADING_GAP = 9;
/** The widest multiple of the usual distance, whose decimals change from frame to frame. */
const WIDEST = 8.88;

/** Draws what is the same in all frames: the heading and the ranks. */
export function drawLeaderboard(
  drawing: SvgDrawing,
  { leaderboard, unit }: FrameLayout,
  { rows, theme }: { readonly rows: number; readonly theme: Theme },
  typesetter: Typesetter,
): void {
  if (leaderboard === undefined) return;
  const { language } = typesetter;
  const size = TEXT_SIZE * unit;
  const ranks = Array.from({ length: rows }, (_, index): PlacedText => {
    const rank = { text: String(index + 1), x: COLUMNS.rank * unit, y: baselineOf(index, unit), size };
    return { ...rank, weight: 600, anchor: 'end', tabular: true, fill: theme.ink };
  });
  const style = { size: HEADING.size * unit, weight: 600 } as const;
  const column = { size: COLUMN_SIZE * unit, weight: 400 } as const;
  const title = language.say('strongestOutliers');
  const titleWidth = typesetter.measure(title, style);
  const roomBeside = (words: string): number =>
    leaderboard.width - typesetter.measure(words, column) - HEADING_GAP * unit;
  const long = language.say('usualDistance');
  const words = roomBeside(long) >= titleWidth ? long : language.say('distance');
  const distance = {
    ...column,
    text: words,
    x: leaderboard.width,
    y: HEADING.baseline * unit,
    fill: theme.muted,
  };
  const text = typesetter.fit(title, style, roomBeside(words));
  const heading = { ...style, text, x: 0, y: HEADING.baseline * unit, fill: theme.ink };
  drawing.addTexts(leaderboard, [heading, { ...distance, anchor: 'end' } as const, ...ranks]);
}

/** Names of classes as the leaderboard has room for, in class order: the same in all frames. */
export function fitClassNames(
  { leaderboard, unit }: FrameLayout,
  { classNames }: Pick<FrameInput, 'classNames'>,
  typesetter: Typesetter,
): string[] {
  if (leaderboard === undefined) return [];
  const style = { size: TEXT_SIZE * unit, weight: 400 } as const;
  const [widest] = typesetter.language.formatMultiples([WIDEST, WIDEST - 0.01]);
  const distanceWidth = typesetter.measure(widest!, { ...style, tabular: true }); // there are two
  const nameWidth = leaderboard.width - distanceWidth - (COLUMNS.text + DISTANCE_GAP) * unit;
  return shortenNames(classNames, typesetter, style, nameWidth);
}

/**
 * Typesets the classes and distances of one frame's outliers.
 * @param names of the classes, as `fitClassNames` gives them
 */
export function typesetOutliers(
  { leaderboard, unit }: FrameLayout,
  input: Pick<FrameInput, 'outliers'>,
  names: readonly string[],
  theme: Theme,
  typesetter: Typesetter,
): TypesetText[] {
  if (leaderboard === undefined) return [];
  const { width } = leaderboard;
  const size = TEXT_SIZE * unit;
  const outliers = input.outliers.slice(0, LEADERBOARD_ROWS);
  const distances = typesetter.language.formatMultiples(outliers.map(({ distanceRatio }) => distanceRatio));
  const texts = outliers.flatMap(({ classIndex }, index): PlacedText[] => {
    const y = baselineOf(index, unit);
    const text = names[classIndex]!;
    const distance = { text: distances[index]!, x: width, y, size, fill: theme.muted } as const;
    return [
      { text, x: COLUMNS.text * unit, y, size, fill: theme.ink },
      { ...distance, anchor: 'end', tabular: true },
    ];
  });
  return typeset(leaderboard, texts, typesetter);
}

/** Draws the markers of one frame's outliers. */
export function drawSwatches(
  picture: RgbImage,
  { leaderboard, unit }: FrameLayout,
  { outliers }: Pick<FrameInput, 'outliers'>,
  styles: readonly ClassStyle[],
): void {
  if (leaderboard === undefined) return;
  const x = leaderboard.x + COLUMNS.swatch * unit;
  outliers.slice(0, LEADERBOARD_ROWS).forEach(({ classIndex }, index) => {
    const { marker, colour } = styles[classIndex]!;
    const y = leaderboard.y + baselineOf(index, unit) - 0.36 * TEXT_SIZE * unit;
    fillPaths(picture, [markerPath(marker, SWATCH_RADIUS * unit)], parseRgb(colour), x, y);
  });
}

/** A thumbnail and where its upper left corner lies, px of the frame. */
export interface PlacedThumbnail {
  readonly image: RgbImage;
  readonly x: number;
  readonly y: number;
}

/**
 * An image as the leaderboard shows it: resampled to its square, on paper. Give it as a `FrameOutlier`'s
 * thumbnail where an image leads in many frames: it is then taken as it is.
 */
export function fitThumbnail(image: RgbImage, look: PictureLook): Promise<RgbImage> {
  return fitIntoSquare(image, thumbnailSide(unitOf(look)), themeOf(look).paper);
}

/** The outliers' thumbnails at the size and at the positions at which they are shown. */
export async function placeThumbnails(
  { leaderboard, unit }: FrameLayout,
  { outliers, look }: Pick<FrameInput, 'outliers' | 'look'>,
): Promise<PlacedThumbnail[]> {
  if (leaderboard === undefined) return [];
  const side = thumbnailSide(unit);
  const x = leaderboard.x + Math.round(COLUMNS.thumbnail * unit);
  const offset = leaderboard.y + Math.round(((SIZES.leaderboardRow - THUMBNAIL) / 2) * unit);
  return Promise.all(
    outliers.slice(0, LEADERBOARD_ROWS).map(async ({ thumbnail }, index) => {
      const fits = thumbnail.width === side && thumbnail.height === side;
      const image = fits ? thumbnail : await fitThumbnail(thumbnail, look);
      return { image, x, y: offset + topOf(index, unit) };
    }),
  );
}

/** px */
function thumbnailSide(unit: number): number {
  return Math.round(THUMBNAIL * unit);
}

/** Upper edge of a row, px of the leaderboard. */
function topOf(index: number, unit: number): number {
  return Math.round((SIZES.heading + index * SIZES.leaderboardRow) * unit);
}

function baselineOf(index: number, unit: number): number {
  return topOf(index, unit) + BASELINE * SIZES.leaderboardRow * unit;
}
