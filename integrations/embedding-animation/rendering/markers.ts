/** Shapes of point markers, as polygons and as SVG path data. */
import type { Corner } from './coverage.ts';
import type { Marker } from './theme.ts';

/** A marker's area is a disc's of the same radius, so that no class looks heavier. */
const HALF_SIDE = Math.sqrt(Math.PI) / 2;
const HALF_DIAGONAL = Math.sqrt(Math.PI / 2);
const TRIANGLE_SIDE = Math.sqrt((4 * Math.PI) / Math.sqrt(3));
const CROSS_ARM = Math.sqrt(Math.PI / 5);
/** Sides of the polygon that stands for a disc: at 50 px radius it is 0.03 px off. */
const DISC_SIDES = 96;

/**
 * One closed subpath, centred on (x, y) px.
 * @param radius px, of the disc of equal area
 */
export function markerPath(marker: Marker, x: number, y: number, radius: number): string {
  if (marker !== 'disc') {
    const corners = markerCorners(marker, radius).map(([dx, dy]) => `${round(x + dx)} ${round(y + dy)}`);
    return `M${corners.join('L')}Z`;
  }
  const r = round(radius);
  return `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

/**
 * A marker as a polygon around (0, 0).
 * @param radius px, of the disc of equal area
 * @param halo px by which every side is moved outwards
 */
export function markerCorners(marker: Marker, radius: number, halo = 0): Corner[] {
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
    case 'cross': {
      const a = (CROSS_ARM * radius) / 2 + halo;
      const b = 1.5 * CROSS_ARM * radius + halo;
      return [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]]; // prettier-ignore
    }
  }
}

/** Hundredths of a px. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
