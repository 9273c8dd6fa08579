/** An SVG that is put together from Plots. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Box } from './raster/geometry.ts';
import type { PlacedText } from './text/placed-text.ts';

/** An SVG of a part of the frame, in px of the frame. */
export interface SvgDrawing {
  readonly document: Document;
  readonly region: Box;
  readonly root: SVGElement;
  /**
   * Adds marks that Observable Plot draws, at `box`. Scales are px of the box unless `options` has
   * others.
   */
  addPlot(box: Box, marks: readonly Plot.Markish[], options?: Plot.PlotOptions): void;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Starts the drawing of `region`, empty or on `paper`, `#rrggbb`. */
export function openSvgDrawing(region: Box, paper?: string): SvgDrawing {
  const { x, y, width, height } = region;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const root = document.createElementNS(SVG, 'svg') as SVGElement; // linkedom declares a plain Element
  setAttributes(root, { xmlns: SVG, width, height, viewBox: `${x} ${y} ${width} ${height}` });
  if (paper !== undefined) {
    const background = document.createElementNS(SVG, 'rect');
    setAttributes(background, { x, y, width, height, fill: paper });
    root.append(background);
  }
  return {
    document,
    region,
    root,
    addPlot(box, marks, options = {}) {
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

/** A Plot's drawing without its frame and its style background, which is for browsers. */
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
