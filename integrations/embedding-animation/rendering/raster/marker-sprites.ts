/** Markers as masks: drawn once for every place a point can have within a pixel, then only copied. */
import { coverShape, type Corner, type Shape } from './coverage.ts';
import { markerCorners, markerShape } from './marker-shapes.ts';
import type { Marker } from '../theme.ts';

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

/** A mask as the pixels it inks, by their columns and rows from the middle pixel. */
export interface Stencil extends Mask {
  /** Pixels from the middle to each side. */
  readonly reach: number;
  /** Pixels that are covered wholly: column, row, column, row, … */
  readonly whole: Int16Array;
  /** Pixels that are covered in part: column, row, coverage, … */
  readonly partial: Int16Array;
}

/** Masks of one shape, by phase: `phaseY * PHASES + phaseX`. The marker's middle is in the middle pixel. */
export type Stamp = readonly Stencil[];

/** A marker, and the marker with its halo, which leaves out what the marker covers anyway. */
export interface MarkerStamps {
  readonly body: Stamp;
  readonly halo: Stamp;
}

/** Draws the masks of a marker, sizes in px. */
export function cutStamps(marker: Marker, radius: number, halo: number): MarkerStamps {
  const body = cutMasks(markerShape(marker, radius));
  const around = cutMasks(markerShape(marker, radius, halo));
  return {
    body: body.map(toStencil),
    halo: around.map((mask, phase) => toStencil(leaveOut(mask, body[phase]!))),
  };
}

/** `mask` without the pixels that `cover`, a smaller mask of the same middle, covers wholly. */
function leaveOut({ side, data }: Mask, cover: Mask): Mask {
  const shift = (side - cover.side) / 2;
  const rest = data.slice();
  cover.data.forEach((value, i) => {
    const at = (Math.floor(i / cover.side) + shift) * side + (i % cover.side) + shift;
    if (value === 255) rest[at] = 0;
  });
  return { side, data: rest };
}

/** Draws the masks of a circle's line, sizes in px. */
export function cutRing(radius: number, width: number): Stamp {
  const outer = cutMasks([markerCorners('disc', radius + width / 2)]);
  const inner = [markerCorners('disc', radius - width / 2)];
  return cutMasks(inner, outer[0]!.side).map(({ side, data }, phase) =>
    toStencil({ side, data: outer[phase]!.data.map((value, i) => value - data[i]!) }),
  );
}

/** @param side of the masks, odd; as small as the shape allows unless it is given */
function cutMasks(shape: Shape, side = sideOf(shape.flat())): Mask[] {
  const reach = (side - 1) / 2;
  return Array.from({ length: PHASES * PHASES }, (_, phase) => {
    const x = reach + (phase % PHASES) / PHASES;
    const y = reach + Math.floor(phase / PHASES) / PHASES;
    const covered = coverShape(shape, { x: 0, y: 0, width: side, height: side }, x, y);
    return { side, data: Uint8Array.from(covered, toShade) };
  });
}

function toStencil({ side, data }: Mask): Stencil {
  const reach = (side - 1) / 2;
  const whole: number[] = [];
  const partial: number[] = [];
  data.forEach((coverage, i) => {
    const [column, row] = [(i % side) - reach, Math.floor(i / side) - reach];
    if (coverage === 255) whole.push(column, row);
    else if (coverage > 0) partial.push(column, row, coverage);
  });
  return { side, data, reach, whole: Int16Array.from(whole), partial: Int16Array.from(partial) };
}

/** The part of a stencil that lies on the canvas when its middle is at (left, top). */
export function clipStencil(
  { side, data, reach }: Stencil,
  { width, height }: { readonly width: number; readonly height: number },
  left: number,
  top: number,
): Stencil {
  const inside = data.map((coverage, i) => {
    const [column, row] = [left - reach + (i % side), top - reach + Math.floor(i / side)];
    return column >= 0 && column < width && row >= 0 && row < height ? coverage : 0;
  });
  return toStencil({ side, data: inside });
}

/** A phase moves a shape by less than a pixel to the right and down. */
function sideOf(corners: readonly Corner[]): number {
  return 2 * Math.ceil(Math.max(...corners.flat().map(Math.abs))) + 1;
}

function toShade(coverage: number): number {
  return Math.round((Math.round(coverage * (SHADES - 1)) * 255) / (SHADES - 1));
}
