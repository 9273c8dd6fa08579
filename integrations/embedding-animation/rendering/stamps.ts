/** Markers as masks: drawn once for every place a point can have within a pixel, then only copied. */
import { coverPolygon, type Corner } from './coverage.ts';
import { markerCorners } from './markers.ts';
import type { Marker } from './theme.ts';

/** Places within a pixel, across and down: a marker is at most 1/8 px beside its point. */
export const PHASES = 4;
/** Steps of a mask between "not at all" and "wholly": more can't be seen, fewer make smaller files. */
const SHADES = 16;

/** A square mask; its values are coverage, 0 … 255. */
export interface Mask {
  /** px */
  readonly side: number;
  readonly data: Uint8Array;
}

/** Masks of one shape, by phase: `phaseY * PHASES + phaseX`. The marker's middle is in the middle pixel. */
export type Stamp = readonly Mask[];

/** A marker, and the same marker with its halo. */
export interface MarkerStamps {
  readonly body: Stamp;
  readonly halo: Stamp;
}

/** Draws the masks of a marker, sizes in px. */
export function cutStamps(marker: Marker, radius: number, halo: number): MarkerStamps {
  return {
    body: cutStamp(markerCorners(marker, radius)),
    halo: cutStamp(markerCorners(marker, radius, halo)),
  };
}

function cutStamp(corners: readonly Corner[]): Stamp {
  const reach = Math.ceil(Math.max(...corners.flat().map(Math.abs)) + 0.5);
  const side = 2 * reach + 1;
  return Array.from({ length: PHASES * PHASES }, (_, phase) => {
    const x = reach + (phase % PHASES) / PHASES;
    const y = reach + Math.floor(phase / PHASES) / PHASES;
    const moved = corners.map(([dx, dy]): Corner => [x + dx, y + dy]);
    return { side, data: Uint8Array.from(coverPolygon(moved, side, side), toShade) };
  });
}

function toShade(coverage: number): number {
  return Math.round((Math.round(coverage * (SHADES - 1)) * 255) / (SHADES - 1));
}
