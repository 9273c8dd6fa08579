/** Where the parts of a frame lie. One grid for all frames of a run, so that nothing jumps. */

/** A rectangle in px of the frame. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The parts of a frame; none overlaps another. A part that has nothing to show is absent. */
export interface FrameLayout {
  /** Size in px of one unit: sizes are given as they are at 1200 × 800. */
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
  boardRow: 36.5,
  legendRow: 35,
  legendGap: 18,
  progress: 6,
  /** Least height of the loss curve with its heading. */
  losses: 170,
} as const;

const PORTRAIT_RATIO = 1.12;
const LANDSCAPE = { width: 1200, height: 800 };
const PORTRAIT = { width: 760, height: 1240 };
/** Most lines of the title before it is shortened. */
const TITLE_LINES = { landscape: 2, portrait: 3 };
/** Most rows of the legend in large type, and its most height in units when its type is smaller. */
const LEGEND = { landscape: { rows: 3, height: 190 }, portrait: { rows: 5, height: 290 } };

/** Whether the parts stand below each other. */
function isPortrait({ width, height }: Pick<LayoutContent, 'width' | 'height'>): boolean {
  return height > PORTRAIT_RATIO * width;
}

/** px per unit: as large as both sides allow. */
export function unitOf({ width, height }: Pick<LayoutContent, 'width' | 'height'>): number {
  const reference = isPortrait({ width, height }) ? PORTRAIT : LANDSCAPE;
  return Math.min(width / reference.width, height / reference.height);
}

/** Width of the legend in px, how many rows it may have in large type, and how high it may be in units. */
export function legendSpace(content: Pick<LayoutContent, 'width' | 'height' | 'outliers' | 'hasLosses'>): {
  readonly width: number;
  readonly rows: number;
  readonly height: number;
} {
  return { width: mainWidth(content), ...(isPortrait(content) ? LEGEND.portrait : LEGEND.landscape) };
}

/** Width of the title in px, and how many lines it may have. */
export function titleSpace(content: Pick<LayoutContent, 'width' | 'height'>): {
  readonly width: number;
  readonly lines: number;
} {
  const width = content.width - 2 * Math.round(SIZES.margin * unitOf(content));
  return { width, lines: isPortrait(content) ? TITLE_LINES.portrait : TITLE_LINES.landscape };
}

/** Lays out a frame; all edges are whole px. */
export function layOutFrame(content: LayoutContent): FrameLayout {
  const { width, height, outliers, hasLosses, titleLines = 1 } = content;
  const unit = unitOf(content);
  const px = (units: number): number => Math.round(units * unit);
  const margin = px(SIZES.margin);
  const inner = width - 2 * margin;
  const headerHeight = px(SIZES.header + (titleLines - 1) * SIZES.titleLine);
  const header = { x: margin, y: px(SIZES.margin - 6), width: inner, height: headerHeight };
  const top = header.y + header.height + px(SIZES.headerGap);
  const bottom = height - px(SIZES.margin - 4);
  const progress = { x: 0, y: height - px(SIZES.progress), width, height: px(SIZES.progress) };
  const legendHeight = px(content.legendRows * (content.legendRow ?? SIZES.legendRow));
  const gap = px(SIZES.gap);
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
    const below = outliers === 0 && !hasLosses ? 0 : Math.max(boardHeight, hasLosses ? px(300) : 0) + gap;
    const y = bottom - below + gap;
    const half = outliers > 0 && hasLosses ? px(SIZES.aside) : inner;
    const lossWidth = outliers > 0 ? inner - half - gap : inner;
    return {
      unit,
      header,
      titleLines,
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
    titleLines,
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
  const inner = content.width - 2 * Math.round(SIZES.margin * unit);
  if (isPortrait(content) || (content.outliers === 0 && !content.hasLosses)) return inner;
  return inner - Math.round(SIZES.gap * unit) - Math.round(SIZES.aside * unit);
}
