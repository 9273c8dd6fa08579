/** Point markers as SVG path data. */
import type { Marker } from './theme.ts';

/** A marker's area is a disc's of the same radius, so that no class looks heavier. */
const HALF_SIDE = Math.sqrt(Math.PI) / 2;
const HALF_DIAGONAL = Math.sqrt(Math.PI / 2);
const TRIANGLE_SIDE = Math.sqrt((4 * Math.PI) / Math.sqrt(3));
const CROSS_ARM = Math.sqrt(Math.PI / 5);

/**
 * One closed subpath, centred on (x, y) px.
 * @param radius px, of the disc of equal area
 */
export function markerPath(marker: Marker, x: number, y: number, radius: number): string {
  const corners = cornersOf(marker, radius).map(([dx, dy]) => `${round(x + dx)} ${round(y + dy)}`);
  if (corners.length > 0) return `M${corners.join('L')}Z`;
  const r = round(radius);
  return `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

/** A disc has none. */
function cornersOf(marker: Marker, radius: number): [number, number][] {
  switch (marker) {
    case 'disc':
      return [];
    case 'square': {
      const a = HALF_SIDE * radius;
      return [[-a, -a], [a, -a], [a, a], [-a, a]]; // prettier-ignore
    }
    case 'diamond': {
      const a = HALF_DIAGONAL * radius;
      return [[0, -a], [a, 0], [0, a], [-a, 0]]; // prettier-ignore
    }
    case 'triangle': {
      const half = (TRIANGLE_SIDE * radius) / 2;
      const height = half * Math.sqrt(3);
      return [[0, (-2 / 3) * height], [half, height / 3], [-half, height / 3]]; // prettier-ignore
    }
    case 'cross': {
      const a = (CROSS_ARM * radius) / 2;
      const b = 3 * a;
      return [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]]; // prettier-ignore
    }
  }
}

/** Hundredths of a px. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
