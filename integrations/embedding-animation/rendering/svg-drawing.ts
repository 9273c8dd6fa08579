/** An SVG that is put together from rectangles, paths, texts and Plots. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Box } from './raster/geometry.ts';
import type { PlacedText } from './text/placed-text.ts';

/** An SVG of the whole frame. What is added lies above what was added before. */
export interface SvgDrawing {
  readonly root: SVGElement;
  /** Adds elements of one kind, each with its attributes; lengths are px of `box`. */
  add(box: Box, name: 'path' | 'rect', elements: readonly SvgAttributes[]): void;
  /** Adds a `<text>` for each text; a text of nothing adds nothing. */
  addTexts(box: Box, texts: readonly PlacedText[]): void;
  /** Adds a plot of the size of `box`, with the axes and legends that `options` names. */
  addPlot(box: Box, options: Omit<Plot.PlotOptions, 'document' | 'width' | 'height'>): void;
}

/** Attributes of an SVG element. */
export type SvgAttributes = Readonly<Record<string, string | number>>;

const SVG = 'http://www.w3.org/2000/svg';

/** Starts a drawing of `width` × `height` px on `paper`, `#rrggbb`. */
export function openSvgDrawing(width: number, height: number, paper: string): SvgDrawing {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const create = (name: string, attributes: SvgAttributes, children: readonly Element[] = []): Element => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
  const viewBox = `0 0 ${width} ${height}`;
  const root = create('svg', { xmlns: SVG, width, height, viewBox }) as SVGElement; // linkedom declares a plain Element
  root.append(create('rect', { width, height, fill: paper }));
  const addGroup = (box: Box, attributes: SvgAttributes, children: readonly Element[]): void => {
    root.append(create('g', { transform: `translate(${box.x},${box.y})`, ...attributes }, children));
  };
  return {
    root,
    add(box, name, elements) {
      addGroup(
        box,
        {},
        elements.map((attributes) => create(name, attributes)),
      );
    },
    addTexts(box, texts) {
      const shown = texts.filter(({ text }) => text !== '');
      addGroup(
        box,
        {},
        shown.map((text) => {
          const element = create('text', describeText(text));
          element.textContent = text.text;
          return element;
        }),
      );
    },
    addPlot(box, options) {
      const plot = Plot.plot({ document, width: box.width, height: box.height, ...options });
      const inherited = ['fill', 'text-anchor', 'font-size'].map((name) => [
        name,
        plot.getAttribute(name) ?? '',
      ]);
      // Its style sheet is for browsers.
      const children = Array.from(plot.children).filter(({ localName }) => localName !== 'style');
      addGroup(box, Object.fromEntries(inherited) as SvgAttributes, children);
    },
  };
}

/** A text's attributes. It is moved, not placed by x and y, so that its outline keeps its fractions of a pixel. */
function describeText({ x, y, size, fill, weight, anchor, tabular }: PlacedText): SvgAttributes {
  return {
    transform: `translate(${x},${y})`,
    'font-size': size,
    fill,
    ...(weight && { 'font-weight': weight }),
    ...(anchor && { 'text-anchor': anchor }),
    ...(tabular && { 'font-variant': 'tabular-nums' }),
  };
}
