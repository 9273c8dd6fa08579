/** One icon of an Iconify set as an SVG document. */
import type { IconifyIcons } from './icon-set/iconify.ts';

/** An icon with all that its aliases and its set say of it. */
interface ResolvedIcon {
  readonly body: string;
  readonly hidden: boolean;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Quarter turns clockwise, 0 … 3. */
  readonly rotate: number;
  readonly hFlip: boolean;
  readonly vFlip: boolean;
}

/** Iconify's default side where neither icon nor set has one. */
const DEFAULT_SIDE = 16;

/** An icon as a document. */
export interface IconDrawing {
  /** An SVG document, square. */
  readonly svg: string;
  /** Whether the artist has removed the icon from the set since. */
  readonly hidden: boolean;
}

/**
 * Draws the icon or alias `name` on a square of `size` px, aspect ratio kept and centred. The size is in the
 * document, so that a rasteriser draws at it and has nothing to resample.
 * @returns `undefined` when the set has no drawing of that name
 */
export function drawIcon(set: IconifyIcons, name: string, size: number): IconDrawing | undefined {
  const icon = resolveIcon(set, name);
  if (icon === undefined) return undefined;
  const { left, top, width, height } = icon;
  const turned = icon.rotate % 2 === 1;
  const [boxWidth, boxHeight] = turned ? [height, width] : [width, height];
  const [x, y] = turned ? [left + (width - height) / 2, top + (height - width) / 2] : [left, top];
  const transform = describeTurn(icon);
  const body = transform === '' ? icon.body : `<g transform="${transform}">${icon.body}</g>`;
  const frame = `width="${size}" height="${size}" viewBox="${x} ${y} ${boxWidth} ${boxHeight}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${frame}>${body}</svg>`;
  return { svg, hidden: icon.hidden };
}

/** Turns and mirrors about the icon's centre: mirrored first, then turned, as Iconify does. */
function describeTurn({ left, top, width, height, rotate, hFlip, vFlip }: ResolvedIcon): string {
  const [centreX, centreY] = [left + width / 2, top + height / 2];
  const parts: string[] = [];
  if (rotate !== 0) parts.push(`rotate(${rotate * 90} ${centreX} ${centreY})`);
  if (hFlip) parts.push(`translate(${2 * centreX} 0) scale(-1 1)`);
  if (vFlip) parts.push(`translate(0 ${2 * centreY}) scale(1 -1)`);
  return parts.join(' ');
}

/** Follows aliases to a drawing. Outer sizes win over inner ones; flips cancel and turns add up. */
function resolveIcon(set: IconifyIcons, name: string): ResolvedIcon | undefined {
  const chain: Omit<IconifyIcons['icons'][string], 'body'>[] = [];
  let current = name;
  while (!Object.hasOwn(set.icons, current)) {
    const alias = Object.hasOwn(set.aliases, current) ? set.aliases[current] : undefined;
    if (alias === undefined || chain.includes(alias)) return undefined;
    chain.push(alias);
    current = alias.parent;
  }
  const icon = set.icons[current]!;
  const links = [...chain, icon];
  const first = (key: 'left' | 'top' | 'width' | 'height'): number | undefined =>
    links.find((link) => link[key] !== undefined)?.[key] ?? set[key];
  const isOdd = (key: 'hFlip' | 'vFlip'): boolean =>
    links.filter((link) => link[key] === true).length % 2 === 1;
  return {
    body: icon.body,
    hidden: links.find((link) => link.hidden !== undefined)?.hidden ?? false,
    left: first('left') ?? 0,
    top: first('top') ?? 0,
    width: first('width') ?? DEFAULT_SIDE,
    height: first('height') ?? DEFAULT_SIDE,
    rotate: links.reduce((turns, link) => (((turns + (link.rotate ?? 0)) % 4) + 4) % 4, 0),
    hFlip: isOdd('hFlip'),
    vFlip: isOdd('vFlip'),
  };
}
