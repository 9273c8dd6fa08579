/**
 * The classes and their colours, in columns under the map. Drawn here, as Plot's legends are HTML, which a rasteriser of
 * SVG can't draw, and cut long names.
 */
import { SIZES, type FrameLayout } from '../layout.ts';
import { markerPathData } from '../raster/marker-shapes.ts';
import type { SvgDrawing } from '../svg-drawing.ts';
import { leaveOutCommon, shortenNames } from '../text/short-names.ts';
import type { TextStyle, Typesetter } from '../text/typesetter.ts';
import type { ClassStyle, Theme } from '../theme.ts';

/** One entry: a class, or how many more there are. */
interface LegendEntry {
  readonly text: string;
  /** Absent for "+ n more". */
  readonly style: ClassStyle | undefined;
}

/** The legend as it will be drawn, down the columns. */
export interface LegendPlan {
  readonly rows: number;
  /** Units from one baseline to the next. */
  readonly rowHeight: number;
  /** px per em */
  readonly size: number;
  /** Left edge of each column, px of the legend. */
  readonly columns: readonly number[];
  /** What is drawn; texts fit. */
  readonly entries: readonly LegendEntry[];
}

/** Units per em. Names are rather shortened than set in medium sizes, and those rather than in small ones. */
const LARGEST = 23;
const MEDIUM_SIZES = [21, 19, 17, 15.5];
const SMALL_SIZES = [14, 13, 12];
/** px below which type is not made smaller, however small the picture. */
const LEAST_PX = 9;
/** All sizes that follow are at the largest type, and shrink with it. Units. */
const SWATCH_RADIUS = 8;
/** Between the left edge of a cell and its text, and between two cells. */
const TEXT_START = 26;
const CELL_GAP = 22;
/** Most columns in large type, and in smaller. */
const MOST_COLUMNS = { large: 5, small: 16 };
/** Least room for a name that is shortened, in em: before type is set smaller, and where classes are left out. */
const LEAST_NAME = { comfortable: 7.5, large: 5, small: 6 };
const BASELINE = 0.69;
/** Rows of smaller type stand closer. */
const ROW_TIGHTENING = 0.93;

/**
 * Room for a legend: width in px, the most rows in large type, the most units of height and the least units per em in
 * smaller, px per unit.
 */
export interface LegendSpace {
  readonly width: number;
  readonly rows: number;
  readonly height: number;
  /** @default as small as it is legible */
  readonly smallest?: number;
  readonly unit: number;
}

/** The classes of a legend, in class order. */
export interface LegendClasses {
  readonly names: readonly string[];
  readonly styles: readonly ClassStyle[];
  /** How many images each has: where not all classes have room, the largest are shown. */
  readonly images: readonly number[];
}

/** A size of type, px, and what goes with it. */
interface Cells {
  readonly style: TextStyle;
  /** px from a cell's left edge to its text. */
  readonly start: number;
  /** px between cells. */
  readonly gap: number;
  readonly rows: number;
  /** Units. */
  readonly rowHeight: number;
  readonly mostColumns: number;
  /** em of a name's room where classes are left out. */
  readonly leastName: number;
}

/**
 * Chooses large type and the fewest rows that show every class's name whole, or shortened by little. Where that takes
 * too much room, type is set smaller; and where that isn't enough either, the last entry says how many classes are
 * missing: those with the fewest images, of equal ones the last.
 */
export function planLegend(classes: LegendClasses, space: LegendSpace, typesetter: Typesetter): LegendPlan {
  const { names, styles } = classes;
  const bare = leaveOutCommon(names);
  const align = (shown: readonly string[]) => (cells: Cells) =>
    alignNames(shown, styles, cells, space, typesetter);
  const shorten = (cells: Cells) => shortenAll(classes, cells, space, typesetter);
  let smallest = cellsOf(LARGEST, space);
  for (const sizes of [[LARGEST], MEDIUM_SIZES, SMALL_SIZES]) {
    const least = Math.max(space.smallest ?? 0, LEAST_PX / space.unit);
    const legible = sizes.filter((size) => size === LARGEST || size >= least);
    const cells = legible.map((size) => cellsOf(size, space));
    const plan = firstOf(cells, align(names)) ?? firstOf(cells, align(bare)) ?? firstOf(cells, shorten);
    if (plan !== undefined) return plan;
    smallest = cells.at(-1) ?? smallest;
  }
  return showLargest(classes, smallest, space, typesetter);
}

function cellsOf(size: number, { rows, height, unit }: LegendSpace): Cells {
  const scale = size / LARGEST;
  const rowHeight = SIZES.legendRow * (size === LARGEST ? 1 : scale * ROW_TIGHTENING);
  return {
    style: { size: size * unit, weight: 400 },
    start: TEXT_START * scale * unit,
    gap: CELL_GAP * scale * unit,
    rows: size === LARGEST ? rows : Math.floor(height / rowHeight),
    rowHeight,
    mostColumns: size === LARGEST ? MOST_COLUMNS.large : MOST_COLUMNS.small,
    leastName: size === LARGEST ? LEAST_NAME.large : LEAST_NAME.small,
  };
}

/** Names in columns as wide as their widest one, spread over the width; `undefined` where they don't fit. */
function alignNames(
  names: readonly string[],
  styles: readonly ClassStyle[],
  cells: Cells,
  space: LegendSpace,
  typesetter: Typesetter,
): LegendPlan | undefined {
  if (names.length > cells.rows * cells.mostColumns) return undefined;
  const widths = names.map((name) => typesetter.measure(name, cells.style));
  for (let rows = 1; rows <= cells.rows; rows++) {
    const columns = alignColumns(widths, rows, cells, space);
    if (columns === undefined) continue;
    const entries = names.map((text, index): LegendEntry => ({ text, style: styles[index] }));
    return { rows, rowHeight: cells.rowHeight, size: cells.style.size, columns, entries };
  }
  return undefined;
}

function alignColumns(
  widths: readonly number[],
  rows: number,
  { start, gap: least, mostColumns }: Cells,
  { width }: LegendSpace,
): number[] | undefined {
  const cells: number[] = [];
  for (let first = 0; first < widths.length; first += rows) {
    cells.push(start + Math.max(...widths.slice(first, first + rows)));
  }
  const room = width - cells.reduce((sum, cell) => sum + cell, 0);
  const gap = room / Math.max(1, cells.length - 1);
  if (room < 0 || gap < least || cells.length > mostColumns) return undefined;
  let x = 0;
  return cells.map((cell) => {
    const left = x;
    x += cell + Math.min(gap, 2 * least);
    return left;
  });
}

/** All classes in columns of one width, where that leaves enough of each name; else `undefined`. */
function shortenAll(
  { names, styles }: LegendClasses,
  cells: Cells,
  space: LegendSpace,
  typesetter: Typesetter,
): LegendPlan | undefined {
  const columns = Math.ceil(names.length / cells.rows);
  if (columns > cells.mostColumns) return undefined;
  const room = nameRoom(columns, cells, space);
  if (room < LEAST_NAME.comfortable * cells.style.size) return undefined;
  const texts = shortenNames(names, typesetter, cells.style, room);
  const entries = texts.map((text, index): LegendEntry => ({ text, style: styles[index] }));
  return layOutColumns(entries, columns, cells, space);
}

/** As many classes as there is room for, and how many are missing. */
function showLargest(
  { names, styles, images }: LegendClasses,
  cells: Cells,
  space: LegendSpace,
  typesetter: Typesetter,
): LegendPlan {
  const least = cells.leastName * cells.style.size;
  let columns = Math.min(cells.mostColumns, Math.ceil(names.length / cells.rows));
  while (columns > 1 && nameRoom(columns, cells, space) < least) columns--;
  const capacity = cells.rows * columns;
  const kept = names.length <= capacity ? names.length : capacity - 1;
  const largest = [...names.keys()].sort((a, b) => images[b]! - images[a]! || a - b).slice(0, kept);
  const shown = largest.sort((a, b) => a - b);
  const room = nameRoom(columns, cells, space);
  const texts = shortenNames(
    shown.map((index) => names[index]!),
    typesetter,
    cells.style,
    room,
  );
  const entries = shown.map((index, at): LegendEntry => ({ text: texts[at]!, style: styles[index] }));
  const more = {
    text: typesetter.language.say('moreClasses', { count: names.length - kept }),
    style: undefined,
  };
  return layOutColumns(kept < names.length ? [...entries, more] : entries, columns, cells, space);
}

/** px for a name in one of `columns` of one width. */
function nameRoom(columns: number, { start, gap }: Cells, { width }: LegendSpace): number {
  return (width + gap) / columns - gap - start;
}

function layOutColumns(
  entries: readonly LegendEntry[],
  columns: number,
  { rows, rowHeight, style, gap }: Cells,
  { width }: LegendSpace,
): LegendPlan {
  return {
    rows: Math.min(rows, Math.ceil(entries.length / columns)),
    rowHeight,
    size: style.size,
    columns: Array.from({ length: columns }, (_, column) => (column * (width + gap)) / columns),
    entries,
  };
}

function firstOf<In, Out>(values: readonly In[], find: (value: In) => Out | undefined): Out | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Draws the legend. */
export function drawLegend(
  drawing: SvgDrawing,
  { legend }: FrameLayout,
  { rows, columns, entries, size }: LegendPlan,
  theme: Theme,
  typesetter: Typesetter,
): void {
  const scale = size / LARGEST; // px for each unit at the largest type
  const rowHeight = legend.height / rows;
  const placed = entries.map(({ text, style }, index) => {
    const column = Math.floor(index / rows);
    const start = style === undefined ? 0 : TEXT_START * scale;
    const x = columns[column]! + start;
    const end = column + 1 < columns.length ? columns[column + 1]! - CELL_GAP * scale : legend.width;
    const y = ((index % rows) + BASELINE) * rowHeight;
    return { x, y, text: typesetter.fit(text, { size, weight: 400 }, end - x + 0.5), style };
  });
  const swatches = placed.flatMap(({ x, y, style }) => {
    if (style === undefined) return [];
    const middle = x - (TEXT_START - SWATCH_RADIUS) * scale;
    const d = markerPathData(style.marker, middle, y - 0.36 * size, SWATCH_RADIUS * scale);
    return [{ d, fill: style.colour }];
  });
  drawing.add(legend, 'path', swatches);
  const texts = placed.map(({ x, y, text, style }) => {
    return { text, x, y, size, fill: style === undefined ? theme.muted : theme.ink };
  });
  drawing.addTexts(legend, texts);
}
