/** The classes and their colours, in columns under the map. */
import * as Plot from '@observablehq/plot';
import type { FrameLayout } from './layout.ts';
import { markerPath } from './markers.ts';
import { textMarks, type Page } from './panel.ts';
import type { Typesetter } from './text.ts';
import type { ClassStyle, Theme } from './theme.ts';

/** One entry: a class, or how many more there are. */
interface LegendEntry {
  readonly text: string;
  /** Absent for "+ n more". */
  readonly style: ClassStyle | undefined;
}

/** The legend as it will be drawn, down the columns. */
export interface LegendPlan {
  readonly rows: number;
  /** Left edge of each column, px of the legend. */
  readonly columns: readonly number[];
  readonly entries: readonly LegendEntry[];
}

const TEXT_SIZE = 23;
const SWATCH_RADIUS = 8;
/** Units between the left edge of a cell and its text, and between two cells. */
const TEXT_START = 26;
const CELL_GAP = 22;
const MOST_COLUMNS = 5;
/** Least room for a name, in em, before classes are left out. */
const LEAST_NAME = 5;
const BASELINE = 0.69;

/** Room for a legend: px, and the most rows there may be. */
export interface LegendSpace {
  readonly width: number;
  readonly rows: number;
  readonly unit: number;
}

/**
 * Chooses as few rows as show every class's name whole. Where that takes too many rows, names are shortened,
 * and where that isn't enough either, the last entry says how many classes are missing.
 */
export function planLegend(
  classNames: readonly string[],
  styles: readonly ClassStyle[],
  space: LegendSpace,
  typesetter: Typesetter,
): LegendPlan {
  const size = TEXT_SIZE * space.unit;
  const widths = classNames.map((name) => typesetter.measure(name, { size, weight: 400 }));
  const entries = classNames.map((text, index): LegendEntry => ({ text, style: styles[index] }));
  for (let rows = 1; rows <= space.rows; rows++) {
    const columns = alignColumns(widths, rows, space);
    if (columns !== undefined) return { rows, columns, entries };
  }
  return shortenLegend(entries, space, size, typesetter);
}

/** Columns as wide as their widest name, spread over the width; `undefined` where they don't fit. */
function alignColumns(
  widths: readonly number[],
  rows: number,
  { width, unit }: LegendSpace,
): number[] | undefined {
  const cells: number[] = [];
  for (let first = 0; first < widths.length; first += rows) {
    cells.push(TEXT_START * unit + Math.max(...widths.slice(first, first + rows)));
  }
  const room = width - cells.reduce((sum, cell) => sum + cell, 0);
  const gap = room / Math.max(1, cells.length - 1);
  if (room < 0 || gap < CELL_GAP * unit || cells.length > MOST_COLUMNS) return undefined;
  let x = 0;
  return cells.map((cell) => {
    const left = x;
    x += cell + Math.min(gap, 2 * CELL_GAP * unit);
    return left;
  });
}

/** Columns of one width, with as many entries as there is room for. */
function shortenLegend(
  entries: readonly LegendEntry[],
  { width, rows, unit }: LegendSpace,
  size: number,
  { language }: Typesetter,
): LegendPlan {
  const cell = LEAST_NAME * size + (TEXT_START + CELL_GAP) * unit;
  const fitting = Math.min(MOST_COLUMNS, Math.max(1, Math.floor((width + CELL_GAP * unit) / cell)));
  const count = Math.min(fitting, Math.ceil(entries.length / rows));
  const room = rows * count;
  const more = { text: language.say('moreClasses', { count: entries.length - room + 1 }), style: undefined };
  return {
    rows,
    columns: Array.from({ length: count }, (_, column) => (column * (width + CELL_GAP * unit)) / count),
    entries: entries.length > room ? [...entries.slice(0, room - 1), more] : entries,
  };
}

/** Draws the legend. */
export function drawLegend(
  page: Page,
  { legend, unit }: FrameLayout,
  { rows, columns, entries }: LegendPlan,
  theme: Theme,
  typesetter: Typesetter,
): void {
  const size = TEXT_SIZE * unit;
  const rowHeight = legend.height / rows;
  const placed = entries.map(({ text, style }, index) => {
    const column = Math.floor(index / rows);
    const start = style === undefined ? 0 : TEXT_START * unit;
    const x = columns[column]! + start;
    const end = column + 1 < columns.length ? columns[column + 1]! - CELL_GAP * unit : legend.width;
    const y = ((index % rows) + BASELINE) * rowHeight;
    return { x, y, text: typesetter.fit(text, { size, weight: 400 }, end - x + 0.5), style };
  });
  page.draw(legend, [
    swatchMark(
      placed.flatMap(({ x, y, style }) =>
        style === undefined
          ? []
          : [{ x: x - (TEXT_START - SWATCH_RADIUS) * unit, y: y - 0.36 * size, style }],
      ),
      SWATCH_RADIUS * unit,
    ),
    ...textMarks(
      placed.map(({ x, y, text, style }) => ({
        text,
        x,
        y,
        size,
        fill: style === undefined ? theme.muted : theme.ink,
      })),
    ),
  ]);
}

/** A class's marker. */
export interface Swatch {
  /** px of the panel, its middle */
  readonly x: number;
  readonly y: number;
  readonly style: ClassStyle;
}

/** The markers of classes as a Plot mark. */
export function swatchMark(swatches: readonly Swatch[], radius: number): Plot.Markish {
  return Plot.dot(swatches, {
    x: 'x',
    y: 'y',
    render(index, _scales, _values, _dimensions, { document }) {
      const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
      for (const at of index) {
        const { x, y, style } = swatches[at]!;
        const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
        path.setAttribute('d', markerPath(style.marker, x, y, radius));
        path.setAttribute('fill', style.colour);
        group.append(path);
      }
      return group;
    },
  });
}
