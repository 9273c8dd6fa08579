/** Panels: small Plots in px that are put together to one page. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { FontWeight } from './text/font-stack.ts';
import type { Box } from './layout.ts';

/** A line of text in px of its panel, standing on the baseline `y`. */
export interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  /** @default 400 */
  readonly weight?: FontWeight;
  /** @default 'start' */
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Digits of one width. @default false */
  readonly tabular?: boolean;
  /** Colour of an outline behind the letters. @default none */
  readonly halo?: string;
}

/** A page that panels are put on: a part of the frame, drawn in px of the frame. */
export interface Page {
  readonly document: Document;
  readonly region: Box;
  readonly root: SVGElement;
  /**
   * Draws marks by Observable Plot and puts them at `box`. Scales are px of the box unless `options` has
   * others.
   */
  draw(box: Box, marks: readonly Plot.Markish[], options?: Plot.PlotOptions): void;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Starts a page that shows `region` of the frame, empty or on `paper`, `#rrggbb`. */
export function openPage(region: Box, paper?: string): Page {
  const { x, y, width, height } = region;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const root = document.createElementNS(SVG, 'svg') as SVGElement; // linkedom declares a plain Element
  setAttributes(root, { xmlns: SVG, width, height, viewBox: `${x} ${y} ${width} ${height}` });
  if (paper !== undefined) {
    const sheet = document.createElementNS(SVG, 'rect');
    setAttributes(sheet, { x, y, width, height, fill: paper });
    root.append(sheet);
  }
  return {
    document,
    region,
    root,
    draw(box, marks, options = {}) {
      const plot = Plot.plot({
        document,
        width: box.width,
        height: box.height,
        margin: 0,
        x: { type: 'identity', axis: null },
        y: { type: 'identity', axis: null },
        ...options,
        marks: [...marks],
      });
      root.append(toGroup(document, plot, box));
    },
  };
}

/** A Plot's drawing without its frame and its style sheet, which is for browsers. */
function toGroup(document: Document, plot: Element, { x, y }: Box): Element {
  const group = document.createElementNS(SVG, 'g');
  setAttributes(group, {
    transform: `translate(${x},${y})`,
    fill: plot.getAttribute('fill') ?? 'none',
    'text-anchor': plot.getAttribute('text-anchor') ?? 'start',
    'font-size': plot.getAttribute('font-size') ?? '10',
  });
  group.append(...Array.from(plot.children).filter(({ localName }) => localName !== 'style'));
  return group;
}

/** Lines of text as Plot marks: one mark for all lines that are set alike. */
export function textMarks(texts: readonly PlacedText[]): Plot.Markish[] {
  const alike = Map.groupBy(
    texts,
    ({ size, weight = 400, anchor = 'start', tabular = false, halo = '' }) =>
      `${size} ${weight} ${anchor} ${tabular} ${halo}`,
  );
  return Array.from(alike.values(), (lines) => {
    const { size, weight = 400, anchor = 'start', tabular = false, halo } = lines[0]!;
    return Plot.text(lines, {
      text: 'text',
      x: 'x',
      y: 'y',
      fill: { value: 'fill', scale: null },
      fontSize: size,
      fontWeight: weight,
      fontVariant: tabular ? 'tabular-nums' : 'normal',
      textAnchor: anchor,
      lineAnchor: 'bottom',
      ...(halo === undefined ? {} : { stroke: halo, strokeWidth: size / 5 }),
    });
  });
}

function setAttributes(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
