/**
 * Columns of numbers made small: as 16-bit steps between two ends, as differences from frame to frame, and with their
 * bytes in an order that compresses. There all first bytes come first, then all second ones, and so on, so that bytes
 * which are mostly alike lie together: a tensor of shape S becomes U8 `[bytes × S]`. In NumPy it is turned back by
 * `numpy.moveaxis(planes, 0, -1).copy().view("<u2")[..., 0]`, with the number's own type.
 */

/** Largest 16-bit number: the ends are hit exactly. */
const STEPS = 65_535;

/** The least and the greatest of some numbers. */
export type Range = readonly [low: number, high: number];

/**
 * The nearest of 65,536 equal steps from the range's low end to its high one, for each value; values outside count
 * as the end they are beyond. No value moves by more than (high − low) / 131,070.
 */
export function quantise(values: Float64Array, [low, high]: Range): Uint16Array {
  const scale = high > low ? STEPS / (high - low) : 0;
  return Uint16Array.from(values, (value) => Math.min(STEPS, Math.max(0, Math.round((value - low) * scale))));
}

/** The values that the steps stand for. */
export function restore(steps: Uint16Array, [low, high]: Range): Float64Array {
  return Float64Array.from(steps, (step) => low + (step / STEPS) * (high - low));
}

/** The range of some numbers; `[0, 0]` of none. */
export function rangeOf(values: Float64Array): Range {
  let [low, high] = [values[0] ?? 0, values[0] ?? 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** The bytes of some numbers, little-endian, plane after plane. */
export function splitPlanes(values: Uint16Array | Uint32Array | Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const width = values.BYTES_PER_ELEMENT;
  const planes = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++)
    planes[(i % width) * values.length + Math.floor(i / width)] = bytes[i]!;
  return planes;
}

/** The bytes of numbers of `width` bytes each, number after number. */
export function joinPlanes(planes: Uint8Array, width: number): ArrayBuffer {
  const count = planes.length / width;
  const bytes = new Uint8Array(planes.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = planes[(i % width) * count + Math.floor(i / width)]!;
  return bytes.buffer;
}

/**
 * Steps of frames of equal length, as each one's difference to the same point's in the frame before, modulo 65,536:
 * points move little from frame to frame.
 * @returns `[frames × n]`
 */
export function takeDifferences(frames: readonly Uint16Array[]): Uint16Array {
  const n = frames[0]?.length ?? 0;
  const differences = new Uint16Array(frames.length * n);
  for (const [frame, steps] of frames.entries()) {
    const before = frames[frame - 1];
    for (let i = 0; i < n; i++) differences[frame * n + i] = steps[i]! - (before?.[i] ?? 0);
  }
  return differences;
}

/** The steps of each of `count` frames again. */
export function addDifferences(differences: Uint16Array, count: number): Uint16Array[] {
  const n = differences.length / count;
  const frames: Uint16Array[] = [];
  for (let frame = 0; frame < count; frame++) {
    const before = frames.at(-1);
    const steps = differences.slice(frame * n, (frame + 1) * n);
    if (before !== undefined) for (let i = 0; i < n; i++) steps[i]! += before[i]!;
    frames.push(steps);
  }
  return frames;
}
