/**
 * Numbers in an order that compresses: all first bytes, then all second ones, and so on, so that bytes which are
 * mostly alike lie together. A tensor of shape S becomes U8 `[bytes × S]`. In NumPy it is turned back by
 * `numpy.moveaxis(planes, 0, -1).copy().view("<u2")[..., 0]`, with the number's own type.
 */

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
