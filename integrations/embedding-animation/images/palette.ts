/** Colours by index, as Pillow 13 looks them up. */

const COLOURS = 256;

/**
 * A palette of 256 colours from one of fewer, `[colours × 3]`: what lies beyond it is black, as in Pillow. One that is a
 * ramp of greys, or empty, is none to Pillow: an index is then its grey.
 */
export function fillPalette(palette: Uint8Array): Uint8Array {
  const isRamp = palette.every((value, i) => value === Math.floor(i / 3));
  return Uint8Array.from({ length: 3 * COLOURS }, (_, i) => (isRamp ? Math.floor(i / 3) : (palette[i] ?? 0)));
}
