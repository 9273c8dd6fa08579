/** Shapes of point markers, as polygons and as SVG path data. */
import type { Path, Vertex } from './geometry.ts';

/**
 * Markers of a class's points: when the colours are used up they start again with the next marker. With ten colours
 * they are enough for 130 classes. The first are told apart most easily; hollow ones come between the solid ones that
 * they are least like.
 */
export const MARKERS = [
  'disc',
  'square',
  'triangle',
  'diamond',
  'cross',
  'disc-hollow',
  'triangle-down',
  'square-hollow',
  'star',
  'diamond-hollow',
  'times',
  'triangle-hollow',
  'triangle-down-hollow',
] as const;
export type Marker = (typeof MARKERS)[number];

/** A marker's area is a disc's of the same radius, so that no class looks heavier. */
const HALF_SIDE = Math.sqrt(Math.PI) / 2;
const HALF_DIAGONAL = Math.sqrt(Math.PI / 2);
const TRIANGLE_SIDE = Math.sqrt((4 * Math.PI) / Math.sqrt(3));
const CROSS_ARM = Math.sqrt(Math.PI / 5);
/** Sides of the polygon that stands for a disc: at 50 px radius it is 0.03 px off. */
const DISC_SIDES = 96;

/** By how much a hollow marker's sides lie outside those of the solid one, which has more ink, in radii. */
const HOLLOW_GROWTH = 0.12;
/** Width of a hollow marker's line, in radii. */
const HOLLOW_LINE = 0.46;
/** Radius of the corners between a star's points, in radii of its points: as in a pentagram. */
const STAR_WAIST = 0.46;
const STAR_POINTS = 5;
/** Radius of a star's points, so that its area is a disc's of radius 1. */
const STAR_SIZE = Math.sqrt(Math.PI / (STAR_POINTS * STAR_WAIST * Math.sin(Math.PI / STAR_POINTS)));

/** Markers with a hole, and the shape of their outline. */
const OUTLINES = {
  'disc-hollow': 'disc',
  'square-hollow': 'square',
  'diamond-hollow': 'diamond',
  'triangle-hollow': 'triangle',
  'triangle-down-hollow': 'triangle-down',
} as const;
type HollowMarker = keyof typeof OUTLINES;
type SolidMarker = Exclude<Marker, HollowMarker>;

/**
 * SVG path data, centred on (x, y) px, to be filled; a hollow marker's hole is a subpath of its own.
 * @param radius px, of the disc that a solid marker has the area of
 */
export function markerPathData(marker: Marker, x: number, y: number, radius: number): string {
  if (marker === 'disc') {
    const r = round(radius);
    return `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }
  return markerPath(marker, radius)
    .map((polygon) => `M${polygon.map(([dx, dy]) => `${round(x + dx)} ${round(y + dy)}`).join('L')}Z`)
    .join('');
}

/**
 * A marker as polygons around (0, 0). A hollow one with a halo is solid: what lies under it does not show through.
 * @param radius px, of the disc that a solid marker has the area of
 * @param halo px by which every side is moved outwards
 */
export function markerPath(marker: Marker, radius: number, halo = 0): Path {
  if (!isHollow(marker)) return [markerPolygon(marker, radius, halo)];
  const outline = OUTLINES[marker];
  const outer = markerPolygon(outline, radius, HOLLOW_GROWTH * radius + halo);
  if (halo > 0) return [outer];
  return [outer, markerPolygon(outline, radius, (HOLLOW_GROWTH - HOLLOW_LINE) * radius).reverse()];
}

/** Radius at which `markerSymbol` draws, and half the side of a square around (0, 0) that every symbol fits into. */
export const SYMBOL = { radius: 10, reach: 18 } as const;

/** A marker for pages: path data around (0, 0), to be filled with the class's colour. */
export function markerSymbol(marker: Marker): string {
  return markerPathData(marker, 0, 0, SYMBOL.radius);
}

function isHollow(marker: Marker): marker is HollowMarker {
  return marker in OUTLINES;
}

/**
 * A solid marker as a polygon around (0, 0).
 * @param radius px, of the disc of equal area
 * @param halo px by which every side is moved outwards
 */
export function markerPolygon(marker: SolidMarker, radius: number, halo = 0): Vertex[] {
  switch (marker) {
    case 'disc': {
      const turn = (2 * Math.PI) / DISC_SIDES;
      const r = (radius + halo) * Math.sqrt(turn / Math.sin(turn)); // the disc's area, not its corners
      return Array.from({ length: DISC_SIDES }, (_, i) => [r * Math.cos(i * turn), r * Math.sin(i * turn)]);
    }
    case 'square': {
      const a = HALF_SIDE * radius + halo;
      return [[-a, -a], [a, -a], [a, a], [-a, a]]; // prettier-ignore
    }
    case 'diamond': {
      const a = HALF_DIAGONAL * radius + Math.SQRT2 * halo;
      return [[0, -a], [a, 0], [0, a], [-a, 0]]; // prettier-ignore
    }
    case 'triangle': {
      const inner = (TRIANGLE_SIDE * radius) / (2 * Math.sqrt(3)) + halo; // radius of the circle inside
      return [[0, -2 * inner], [Math.sqrt(3) * inner, inner], [-Math.sqrt(3) * inner, inner]]; // prettier-ignore
    }
    case 'triangle-down':
      return markerPolygon('triangle', radius, halo).map(([x, y]) => [-x, -y]);
    case 'star':
      return starPolygon(STAR_SIZE * radius, halo);
    case 'times': {
      const half = Math.SQRT1_2; // a cross turned by 45°
      return markerPolygon('cross', radius, halo).map(([x, y]) => [half * (x - y), half * (x + y)]);
    }
    case 'cross': {
      const a = (CROSS_ARM * radius) / 2 + halo;
      const b = 1.5 * CROSS_ARM * radius + halo;
      return [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]]; // prettier-ignore
    }
  }
}

/** Sides that are moved outwards lengthen the points and move the waist by what their angles make of it. */
function starPolygon(size: number, halo: number): Vertex[] {
  const half = Math.PI / STAR_POINTS;
  const waist = STAR_WAIST * size;
  const side = Math.hypot(size - waist * Math.cos(half), waist * Math.sin(half));
  const normal = (size * waist * Math.sin(half)) / side; // distance of a side's line from the middle
  const grown = (normal + halo) / normal;
  return Array.from({ length: 2 * STAR_POINTS }, (_, corner) => {
    const radius = grown * (corner % 2 === 0 ? size : waist);
    return [radius * Math.sin(corner * half), -radius * Math.cos(corner * half)];
  });
}

/** Hundredths of a px. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
