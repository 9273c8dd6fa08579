/** Turns the `<text>` of a drawing into outlines, so that no font of the machine is ever asked for. */
import type { FontWeight } from './font-family.ts';
import { glyphPathData } from './glyph-outlines.ts';
import { anchorShare, boxOfLine, CAP_HEIGHT, type TextBox } from './placed-text.ts';
import type { Typesetter } from './typesetter.ts';

/** What `<text>` inherits. */
interface Inherited {
  readonly size: number;
  readonly weight: FontWeight;
  readonly anchor: string;
  readonly baseline: string;
  readonly tabular: boolean;
  /** Sum of the translations around it, px. */
  readonly x: number;
  readonly y: number;
}

const INITIAL: Inherited = {
  size: 16,
  weight: 400,
  anchor: 'start',
  baseline: 'auto',
  tabular: false,
  x: 0,
  y: 0,
};

/** Attributes that say how text is set; they mean nothing on a path. */
const TEXT_ATTRIBUTES = ['x', 'y', 'dx', 'dy', 'text-anchor', 'dominant-baseline', 'xml:space'];

/**
 * Replaces every `<text>` below `root` by a `<path>`, or by a `<g>` of paths where it has `<tspan>`s.
 * Understood, as attributes, inherited or own: font-size, font-weight, font-variant (tabular-nums),
 * text-anchor, dominant-baseline, x, y, dx, dy in px or em, and transform; fill, stroke and opacity pass on.
 * @returns the lines' boxes in document order; only translations are followed to find them
 */
export function outlineSvgText(root: Element, typesetter: Typesetter): TextBox[] {
  const boxes: TextBox[] = [];
  visit(root, INITIAL);
  return boxes;

  function visit(element: Element, inherited: Inherited): void {
    const own = inherit(element, inherited);
    if (element.localName === 'text') element.replaceWith(outlineElement(element, own));
    else for (const child of Array.from(element.children)) visit(child, own);
  }

  function outlineElement(text: Element, style: Inherited): Element {
    const spans = Array.from(text.children).filter(({ localName }) => localName === 'tspan');
    if (spans.length === 0) return outlineLine(text, style, positionOf(text, style, 0, 0));
    const group = copyInto(text, 'g');
    let pen = positionOf(text, style, 0, 0);
    for (const span of spans) {
      const spanStyle = inherit(span, style);
      pen = positionOf(span, spanStyle, pen.x, pen.y);
      group.append(outlineLine(span, spanStyle, pen));
      pen = { ...pen, x: pen.x + boxes.at(-1)!.width };
    }
    return group;
  }

  function outlineLine(element: Element, style: Inherited, at: { x: number; y: number }): Element {
    const { size, weight, tabular } = style;
    const text = element.textContent;
    const outline = typesetter.layOut(text, { size, weight, tabular });
    const x = at.x - anchorShare(style.anchor) * outline.width;
    const y = at.y + baselineShift(style.baseline) * size;
    const path = copyInto(element, 'path');
    path.setAttribute('d', outline.glyphs.map(glyphPathData).join(''));
    path.setAttribute('transform', `${element.getAttribute('transform') ?? ''}translate(${px(x)},${px(y)})`);
    boxes.push(boxOfLine(text, size, outline, style.x + x, style.y + y));
    return path;
  }
}

/** A new element with the attributes of `element` that are not about text. */
function copyInto(element: Element, name: string): Element {
  const made = element.ownerDocument.createElementNS('http://www.w3.org/2000/svg', name);
  for (const { name: attribute, value } of Array.from(element.attributes)) {
    if (!attribute.startsWith('font-') && !TEXT_ATTRIBUTES.includes(attribute))
      made.setAttribute(attribute, value);
  }
  return made;
}

function inherit(element: Element, from: Inherited): Inherited {
  const size = element.getAttribute('font-size');
  const weight = element.getAttribute('font-weight');
  const variant = element.getAttribute('font-variant');
  const [x, y] = translationOf(element.getAttribute('transform') ?? '');
  return {
    size: size === null ? from.size : toPx(size, from.size),
    weight: weight === null ? from.weight : nearestWeight(weight),
    anchor: element.getAttribute('text-anchor') ?? from.anchor,
    baseline: element.getAttribute('dominant-baseline') ?? from.baseline,
    tabular: variant === null ? from.tabular : variant.includes('tabular-nums'),
    x: from.x + x,
    y: from.y + y,
  };
}

/** Where a line starts: its own x and y, or else where the pen is; then dx and dy. */
function positionOf(
  element: Element,
  { size }: Inherited,
  penX: number,
  penY: number,
): { x: number; y: number } {
  const read = (name: string, otherwise: number): number => {
    const value = element.getAttribute(name);
    return value === null ? otherwise : toPx(value, size);
  };
  return { x: read('x', penX) + read('dx', 0), y: read('y', penY) + read('dy', 0) };
}

function toPx(length: string, em: number): number {
  const value = Number.parseFloat(length);
  return length.endsWith('em') ? value * em : value;
}

function nearestWeight(weight: string): FontWeight {
  const value = weight === 'bold' ? 700 : weight === 'normal' ? 400 : Number(weight);
  return value >= 650 ? 700 : value >= 500 ? 600 : 400;
}

function translationOf(transform: string): [number, number] {
  let [x, y] = [0, 0];
  for (const [, dx, dy] of transform.matchAll(/translate\(\s*([-\d.e]+)(?:[\s,]+([-\d.e]+))?\s*\)/g)) {
    x += Number(dx);
    y += Number(dy ?? 0);
  }
  return [x, y];
}

/** In em, downwards. */
function baselineShift(baseline: string): number {
  if (baseline === 'middle' || baseline === 'central') return CAP_HEIGHT / 2;
  return baseline === 'hanging' || baseline === 'text-before-edge' ? CAP_HEIGHT : 0;
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}
