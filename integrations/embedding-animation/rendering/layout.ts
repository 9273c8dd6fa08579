/** Where the parts of a frame lie. One grid for all frames of a run, so that nothing jumps. */
import { PORTRAIT_RATIO } from '../options/index.ts';

/** A rectangle in px of the frame. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The parts of a frame; none overlaps another. A part that has nothing to show is absent. */
export interface FrameLayout {
  /** Size in px of one unit: sizes are given as they are at 1200 × 800, or in portrait at 600 × 1050. */
  readonly unit: number;
  readonly header: Box;
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
  readonly legendRows: number;
  /** Rows of the leaderboard. */
  readonly outliers: number;
  readonly hasLosses: boolean;
}

/** Sizes in units. */
export const SIZES = {
  margin: 40,
  gap: 36,
  header: 84,
  headerGap: 26,
  /** Width of the column beside the map. */
  aside: 412,
  /** A heading with the space under it. */
  heading: 42,
  boardRow: 36.5,
  legendRow: 35,
  legendGap: 18,
  progress: 6,
  /** Least height of the loss curve with its heading. */
  losses: 170,
} as const;

const LANDSCAPE = { width: 1200, height: 800 };
/** Shown 330 px wide on a phone, its smallest type is 12 px high. */
const PORTRAIT = { width: 600, height: 1050, margin: 28, gap: 26, headerGap: 18, losses: 196 };
/** Rows of the leaderboard: all, or as many as leave most of a portrait picture to the map. */
const BOARD_ROWS = { most: 10, portrait: 5 };
/** Most rows of the legend before it ends in "+ n more". */
const LEGEND_ROWS = { landscape: 3, portrait: 5 };

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
export function boardRows(frame: Pick<LayoutContent, 'width' | 'height'>): number {
  if (!isPortrait(frame)) return BOARD_ROWS.most;
  const spare = frame.height / unitOf(frame) - PORTRAIT.height;
  return Math.min(BOARD_ROWS.most, BOARD_ROWS.portrait + Math.max(0, Math.floor(spare / SIZES.boardRow)));
}

/** Width of the legend and how many rows it may have. */
export function legendSpace(content: Pick<LayoutContent, 'width' | 'height' | 'outliers' | 'hasLosses'>): {
  readonly width: number;
  readonly rows: number;
} {
  const rows = isPortrait(content) ? LEGEND_ROWS.portrait : LEGEND_ROWS.landscape;
  return { width: mainWidth(content), rows };
}

/** Lays out a frame; all edges are whole px. */
export function layOutFrame(content: LayoutContent): FrameLayout {
  const { width, height, outliers, hasLosses } = content;
  const unit = unitOf(content);
  const px = (units: number): number => Math.round(units * unit);
  const sizes = isPortrait(content) ? { ...SIZES, ...PORTRAIT } : SIZES;
  const margin = px(sizes.margin);
  const inner = width - 2 * margin;
  const header = { x: margin, y: px(sizes.margin - 6), width: inner, height: px(SIZES.header) };
  const top = header.y + header.height + px(sizes.headerGap);
  const bottom = height - px(sizes.margin - 4);
  const progress = { x: 0, y: height - px(SIZES.progress), width, height: px(SIZES.progress) };
  const legendHeight = px(content.legendRows * SIZES.legendRow);
  const gap = px(sizes.gap);
  const boardHeight = outliers > 0 ? px(SIZES.heading + outliers * SIZES.boardRow) : 0;
  const main = mainWidth(content);

  const column = (
    x: number,
    y: number,
    columnWidth: number,
    end: number,
  ): Pick<FrameLayout, 'map' | 'legend'> => ({
    map: { x, y, width: columnWidth, height: end - legendHeight - px(SIZES.legendGap) - y },
    legend: { x, y: end - legendHeight, width: columnWidth, height: legendHeight },
  });

  if (isPortrait(content)) {
    const lower = Math.max(
      boardHeight,
      hasLosses ? px(SIZES.heading + BOARD_ROWS.portrait * SIZES.boardRow) : 0,
    );
    const below = lower === 0 ? 0 : lower + gap;
    const y = bottom - below + gap;
    const half =
      outliers > 0 && hasLosses ? Math.min(px(SIZES.aside), inner - gap - px(PORTRAIT.losses)) : inner;
    const lossWidth = outliers > 0 ? inner - half - gap : inner;
    return {
      unit,
      header,
      ...column(margin, top, inner, bottom - below),
      leaderboard: outliers > 0 ? { x: margin, y, width: half, height: boardHeight } : undefined,
      losses: hasLosses
        ? { x: width - margin - lossWidth, y, width: lossWidth, height: bottom - y }
        : undefined,
      progress,
    };
  }
  const aside = { x: margin + main + gap, width: inner - main - gap };
  const lossY = outliers > 0 ? top + boardHeight + px(22) : top;
  return {
    unit,
    header,
    ...column(margin, top, main, bottom),
    leaderboard: outliers > 0 ? { ...aside, y: top, height: boardHeight } : undefined,
    losses: hasLosses ? { ...aside, y: lossY, height: bottom - lossY } : undefined,
    progress,
  };
}

/** `box` with `room` px around it, as far as the frame reaches; whole px. */
export function widenBox(box: Box, room: number, frame: Pick<Box, 'width' | 'height'>): Box {
  const x = Math.max(0, Math.floor(box.x - room));
  const y = Math.max(0, Math.floor(box.y - room));
  return {
    x,
    y,
    width: Math.min(frame.width, Math.ceil(box.x + box.width + room)) - x,
    height: Math.min(frame.height, Math.ceil(box.y + box.height + room)) - y,
  };
}

function mainWidth(content: Pick<LayoutContent, 'width' | 'height' | 'outliers' | 'hasLosses'>): number {
  const unit = unitOf(content);
  const margin = isPortrait(content) ? PORTRAIT.margin : SIZES.margin;
  const inner = content.width - 2 * Math.round(margin * unit);
  if (isPortrait(content) || (content.outliers === 0 && !content.hasLosses)) return inner;
  return inner - Math.round(SIZES.gap * unit) - Math.round(SIZES.aside * unit);
}
