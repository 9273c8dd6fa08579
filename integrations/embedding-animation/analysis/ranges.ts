/** Ranges of indices, by which threads share work. */

/** From `from` up to, but without, `to`. */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

/** Splits 0 … length − 1 into at most `parts` ranges of about the same length, each but the last a multiple of `unit`. */
export function splitRange(length: number, parts: number, unit = 1): IndexRange[] {
  const units = Math.ceil(length / unit);
  const count = Math.min(parts, units);
  const cut = (part: number): number => Math.min(length, unit * Math.round((part * units) / count));
  return Array.from({ length: count }, (_, part) => ({ from: cut(part), to: cut(part + 1) }));
}
