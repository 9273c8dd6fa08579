/** Panels: small Plots in px that are put together to one page. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { FontWeight } from './font-book.ts';
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

/** A page that panels are put on. */
export interface Page {
  readonly document: Document;
  readonly root: SVGElement;
  /**
   * Draws marks by Observable Plot and puts them at `box`. Scales are px of the box unless `options` has
   * others.
   */
  draw(box: Box, marks: readonly Plot.Markish[], options?: Plot.PlotOptions): void;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Starts an empty page. */
export function openPage(width: number, height: number, paper: string): Page {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const root = document.createElementNS(SVG, 'svg') as SVGElement; // linkedom declares a plain Element
  setAttributes(root, { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` });
  const ground = document.createElementNS(SVG, 'rect');
  setAttributes(ground, { width, height, fill: paper });
  root.append(ground);
  return {
    document,
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

/** Lines of text as Plot marks. */
export function textMarks(texts: readonly PlacedText[]): Plot.Markish[] {
  return texts.map(({ text, x, y, size, fill, weight = 400, anchor = 'start', tabular = false, halo }) =>
    Plot.text([text], {
      text: (line: string) => line,
      x: () => x,
      y: () => y,
      fontSize: size,
      fontWeight: weight,
      fontVariant: tabular ? 'tabular-nums' : 'normal',
      textAnchor: anchor,
      lineAnchor: 'bottom',
      fill,
      ...(halo === undefined ? {} : { stroke: halo, strokeWidth: size / 5 }),
    }),
  );
}

function setAttributes(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
