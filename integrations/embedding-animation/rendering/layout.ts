/** Where the parts of a frame lie. One grid for all frames of a run, so that nothing jumps. */
import { OUTLIERS_PUBLISHED } from '../frame-figures.ts';
import { PORTRAIT_RATIO } from '../options/index.ts';
import type { Box } from './raster/geometry.ts';

/** The parts of a frame; none overlaps another. A part that has nothing to show is absent. */
export interface FrameLayout {
  /** Size in px of one unit: sizes are given as they are at 1200 × 800, or in portrait at 600 × 1050. */
  readonly unit: number;
  readonly header: Box;
  /** Lines of the title at the header's top. */
  readonly titleLines: number;
  readonly map: Box;
  readonly legend: Box;
  readonly leaderboard: Box | undefined;
  readonly losses: Box | undefined;
  readonly progress: Box;
}

/** What decides the layout. */
export interface LayoutContent {
  readonly width: number;
  readonly height: number;
  /** 0 where there is no legend. */
  readonly legendRows: number;
  /** Height of a row of the legend in units. @default 35 */
  readonly legendRow?: number | undefined;
  /** Rows of the leaderboard. */
  readonly outliers: number;
  readonly hasLosses: boolean;
  /** @default 1 */
  readonly titleLines?: number;
}

/** Sizes in units. */
export const SIZES = {
  margin: 40,
  gap: 36,
  header: 84,
  /** What each further line of the title adds. */
  titleLine: 34,
  headerGap: 26,
  /** Width of the column beside the map. */
  aside: 412,
  /** A heading with the space under it. */
  heading: 42,
  leaderboardRow: 36.5,
  legendRow: 35,
  legendGap: 18,
  progress: 6,
  /** Least height of the loss curve with its heading. */
  losses: 170,
} as const;

/** Type of the headings above the leaderboard and the training loss: px per em, px to the baseline, in units. */
export const HEADING = { size: 26, baseline: 22 } as const;
/** Most rows of the leaderboard. */
export const LEADERBOARD_ROWS = OUTLIERS_PUBLISHED;

const LANDSCAPE = { width: 1200, height: 800 };
/** Shown 330 px wide on a phone, its smallest type is 12 px high. */
const PORTRAIT = { width: 600, height: 1050, margin: 28, gap: 26, headerGap: 18, losses: 196 };
/** As many rows of the leaderboard as leave most of a portrait picture to the map. */
const PORTRAIT_LEADERBOARD_ROWS = 5;
/** Most lines of the title before it is shortened. */
const TITLE_LINES = { landscape: 2, portrait: 3 };
/** Most rows of the legend in large type; its most height and its smallest type in units where it has more. */
const LEGEND = {
  landscape: { rows: 3, height: 190, smallest: 12 },
  portrait: { rows: 5, height: 290, smallest: 18 },
};

/** Whether the parts stand below each other. */
function isPortrait({ width, height }: Pick<LayoutContent, 'width' | 'height'>): boolean {
  return height > PORTRAIT_RATIO * width;
}

/** px per unit: as large as both sides allow. */
export function unitOf({ width, height }: Pick<LayoutContent, 'width' | 'height'>): number {
  const reference = isPortrait({ width, height }) ? PORTRAIT : LANDSCAPE;
  return Math.min(width / reference.width, height / reference.height);
}

/** Most rows of the leaderboard: fewer in portrait, unless the picture is very high. */
export function leaderboardRows(frame: Pick<LayoutContent, 'width' | 'height'>): number {
  if (!isPortrait(frame)) return LEADERBOARD_ROWS;
  const spare = frame.height / unitOf(frame) - PORTRAIT.height;
  return Math.min(
    LEADERBOARD_ROWS,
    PORTRAIT_LEADERBOARD_ROWS + Math.max(0, Math.floor(spare / SIZES.leaderboardRow)),
  );
}

/** Width of the legend in px, how many rows it may have in large type, and how high it may be in units. */
export function legendSpace(content: Pick<LayoutContent, 'width' | 'height' | 'outliers' | 'hasLosses'>): {
  readonly width: number;
  readonly rows: number;
  readonly height: number;
  readonly smallest: number;
} {
  return { width: mainWidth(content), ...(isPortrait(content) ? LEGEND.portrait : LEGEND.landscape) };
}

/** Width of the title in px, and how many lines it may have. */
export function titleSpace(content: Pick<LayoutContent, 'width' | 'height'>): {
  readonly width: number;
  readonly lines: number;
} {
  const margin = isPortrait(content) ? PORTRAIT.margin : SIZES.margin;
  const width = content.width - 2 * Math.round(margin * unitOf(content));
  return { width, lines: isPortrait(content) ? TITLE_LINES.portrait : TITLE_LINES.landscape };
}

/** Lays out a frame; all edges are whole px. */
export function layOutFrame(content: LayoutContent): FrameLayout {
  const { width, height, outliers, hasLosses, titleLines = 1 } = content;
  const unit = unitOf(content);
  const px = (units: number): number => Math.round(units * unit);
  const sizes = isPortrait(content) ? { ...SIZES, ...PORTRAIT } : SIZES;
  const margin = px(sizes.margin);
  const inner = width - 2 * margin;
  const headerHeight = px(SIZES.header + (titleLines - 1) * SIZES.titleLine);
  const header = { x: margin, y: px(sizes.margin - 6), width: inner, height: headerHeight };
  const top = header.y + header.height + px(sizes.headerGap);
  const bottom = height - px(sizes.margin - 4);
  const progress = { x: 0, y: height - px(SIZES.progress), width, height: px(SIZES.progress) };
  const legendHeight = px(content.legendRows * (content.legendRow ?? SIZES.legendRow));
  const legendGap = content.legendRows > 0 ? px(SIZES.legendGap) : 0;
  const gap = px(sizes.gap);
  const leaderboardHeight = outliers > 0 ? px(SIZES.heading + outliers * SIZES.leaderboardRow) : 0;
  const main = mainWidth(content);

  const column = (
    x: number,
    y: number,
    columnWidth: number,
    end: number,
  ): Pick<FrameLayout, 'map' | 'legend'> => ({
    map: { x, y, width: columnWidth, height: end - legendHeight - legendGap - y },
    legend: { x, y: end - legendHeight, width: columnWidth, height: legendHeight },
  });

  if (isPortrait(content)) {
    const lower = Math.max(
      leaderboardHeight,
      hasLosses ? px(SIZES.heading + PORTRAIT_LEADERBOARD_ROWS * SIZES.leaderboardRow) : 0,
    );
    const below = lower === 0 ? 0 : lower + gap;
    const y = bottom - below + gap;
    const half =
      outliers > 0 && hasLosses ? Math.min(px(SIZES.aside), inner - gap - px(PORTRAIT.losses)) : inner;
    const lossWidth = outliers > 0 ? inner - half - gap : inner;
    return {
      unit,
      header,
      titleLines,
      ...column(margin, top, inner, bottom - below),
      leaderboard: outliers > 0 ? { x: margin, y, width: half, height: leaderboardHeight } : undefined,
      losses: hasLosses
        ? { x: width - margin - lossWidth, y, width: lossWidth, height: bottom - y }
        : undefined,
      progress,
    };
  }
  const aside = { x: margin + main + gap, width: inner - main - gap };
  const lossY = outliers > 0 ? top + leaderboardHeight + px(22) : top;
  return {
    unit,
    header,
    titleLines,
    ...column(margin, top, main, bottom),
    leaderboard: outliers > 0 ? { ...aside, y: top, height: leaderboardHeight } : undefined,
    losses: hasLosses ? { ...aside, y: lossY, height: bottom - lossY } : undefined,
    progress,
  };
}

function mainWidth(content: Pick<LayoutContent, 'width' | 'height' | 'outliers' | 'hasLosses'>): number {
  const unit = unitOf(content);
  const margin = isPortrait(content) ? PORTRAIT.margin : SIZES.margin;
  const inner = content.width - 2 * Math.round(margin * unit);
  if (isPortrait(content) || (content.outliers === 0 && !content.hasLosses)) return inner;
  return inner - Math.round(SIZES.gap * unit) - Math.round(SIZES.aside * unit);
}
