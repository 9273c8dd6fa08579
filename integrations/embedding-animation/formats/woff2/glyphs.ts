/** The glyphs of a WOFF2 file, back in the tables of TrueType (https://www.w3.org/TR/WOFF2/#glyf_table_format). */

/** Tables of glyphs, offsets in 32 bits. */
export interface RestoredGlyphs {
  readonly glyf: Buffer;
  readonly loca: Buffer;
  /** Least x of each glyph, font units; 0 where it is empty. */
  readonly leastX: Int16Array;
}

const HEADER_BYTES = 36;
const STREAMS = 7;
const ON_CURVE = 1;
const COMPOSITE = -1;
const BOX_BYTES = 8;

/** Flags of a composite glyph's component. */
const COMPONENT = { words: 0x1, scale: 0x8, more: 0x20, xyScale: 0x40, matrix: 0x80, instructions: 0x100 };

/** Reads a buffer from its start to its end. */
class Reader {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  uint8 = (): number => this.bytes.readUInt8(this.at++);
  uint16 = (): number => this.bytes.readUInt16BE((this.at += 2) - 2);
  int16 = (): number => this.bytes.readInt16BE((this.at += 2) - 2);
  take = (count: number): Buffer => this.bytes.subarray(this.at, (this.at += count));

  /** 255UInt16, section 4.1. */
  short(): number {
    const code = this.uint8();
    if (code === 253) return this.uint16();
    if (code === 255) return this.uint8() + 253;
    return code === 254 ? this.uint8() + 506 : code;
  }
}

/** The streams that glyphs are put together from. */
interface Streams {
  readonly contours: Reader;
  readonly points: Reader;
  readonly flags: Reader;
  readonly glyphs: Reader;
  readonly composites: Reader;
  readonly boxes: Reader;
  readonly instructions: Reader;
}

/** @throws RangeError when a stream ends too early */
export function restoreGlyphs(table: Buffer): RestoredGlyphs {
  const count = table.readUInt16BE(4);
  const streams = openStreams(table);
  const boxBits = streams.boxes.take(4 * ((count + 31) >> 5));
  const parts: Buffer[] = [];
  const loca = Buffer.alloc(4 * (count + 1));
  const leastX = new Int16Array(count);
  let offset = 0;
  for (let glyph = 0; glyph < count; glyph++) {
    const hasBox = (boxBits[glyph >> 3]! & (0x80 >> (glyph & 7))) !== 0;
    const contours = streams.contours.int16();
    const body = contours === COMPOSITE ? restoreComposite(streams) : restoreSimple(streams, contours);
    const box = hasBox ? streams.boxes.take(BOX_BYTES) : body.box;
    if (contours !== 0) {
      const head = Buffer.alloc(2);
      head.writeInt16BE(contours, 0);
      const padding = Buffer.alloc(-body.bytes.length & 1); // the rest is ten bytes
      parts.push(head, box, body.bytes, padding);
      offset += 10 + body.bytes.length + padding.length;
      leastX[glyph] = box.readInt16BE(0);
    }
    loca.writeUInt32BE(offset, 4 * (glyph + 1));
  }
  return { glyf: Buffer.concat(parts), loca, leastX };
}

function openStreams(table: Buffer): Streams {
  let start = HEADER_BYTES;
  const [contours, points, flags, glyphs, composites, boxes, instructions] = Array.from(
    { length: STREAMS },
    (_, stream) => new Reader(table.subarray(start, (start += table.readUInt32BE(8 + 4 * stream)))),
  ) as [Reader, Reader, Reader, Reader, Reader, Reader, Reader]; // as many as were asked for
  return { contours, points, flags, glyphs, composites, boxes, instructions };
}

/** What follows a glyph's number of contours, and its box by its points. */
interface GlyphBody {
  readonly box: Buffer;
  readonly bytes: Buffer;
}

function restoreSimple({ points, flags, glyphs, instructions }: Streams, contours: number): GlyphBody {
  const ends = Buffer.alloc(2 * Math.max(0, contours));
  let count = 0;
  for (let contour = 0; contour < contours; contour++) {
    count += points.short();
    ends.writeUInt16BE(count - 1, 2 * contour);
  }
  const marks = Buffer.alloc(count);
  const deltas = Buffer.alloc(4 * count); // all x, then all y, each in 16 bits
  let [x, y, left, bottom, right, top] = [0, 0, 0, 0, 0, 0];
  for (let point = 0; point < count; point++) {
    const flag = flags.uint8();
    const [dx, dy] = readDelta(flag & 0x7f, glyphs);
    marks[point] = flag < 0x80 ? ON_CURVE : 0;
    deltas.writeInt16BE(dx, 2 * point);
    deltas.writeInt16BE(dy, 2 * (count + point));
    [x, y] = [x + dx, y + dy];
    if (point === 0) [left, bottom, right, top] = [x, y, x, y];
    [left, bottom] = [Math.min(left, x), Math.min(bottom, y)];
    [right, top] = [Math.max(right, x), Math.max(top, y)];
  }
  const box = Buffer.alloc(BOX_BYTES);
  for (const [index, value] of [left, bottom, right, top].entries()) box.writeInt16BE(value, 2 * index);
  if (contours === 0) return { box, bytes: ends };
  return { box, bytes: Buffer.concat([ends, readInstructions(glyphs, instructions), marks, deltas]) };
}

function restoreComposite({ composites, glyphs, instructions }: Streams): GlyphBody {
  const start = composites.at;
  let [flags, hasInstructions] = [COMPONENT.more, false];
  while ((flags & COMPONENT.more) !== 0) {
    flags = composites.uint16();
    if ((flags & COMPONENT.instructions) !== 0) hasInstructions = true;
    const scales =
      (flags & COMPONENT.scale) !== 0
        ? 2
        : (flags & COMPONENT.xyScale) !== 0
          ? 4
          : (flags & COMPONENT.matrix) !== 0
            ? 8
            : 0;
    composites.at += 2 + ((flags & COMPONENT.words) === 0 ? 2 : 4) + scales;
  }
  const components = composites.bytes.subarray(start, composites.at);
  const program = hasInstructions ? [readInstructions(glyphs, instructions)] : [];
  return { box: Buffer.alloc(BOX_BYTES), bytes: Buffer.concat([components, ...program]) };
}

/** Their length in 16 bits, and the instructions. */
function readInstructions(glyphs: Reader, instructions: Reader): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(glyphs.short(), 0);
  return Buffer.concat([length, instructions.take(length.readUInt16BE(0))]);
}

/** The way from the point before, by the table of section 5.2. */
function readDelta(code: number, stream: Reader): [number, number] {
  const signed = (bit: number, value: number): number => ((code >> bit) & 1 ? value : -value);
  const first = stream.uint8();
  if (code < 10) return [0, signed(0, ((code & 14) << 7) + first)];
  if (code < 20) return [signed(0, (((code - 10) & 14) << 7) + first), 0];
  if (code < 84) {
    const pair = code - 20;
    return [
      signed(0, 1 + (pair & 0x30) + (first >> 4)),
      signed(1, 1 + ((pair & 0x0c) << 2) + (first & 0x0f)),
    ];
  }
  const second = stream.uint8();
  if (code < 120) {
    const pair = code - 84;
    return [
      signed(0, 1 + (Math.floor(pair / 12) << 8) + first),
      signed(1, 1 + (((pair % 12) >> 2) << 8) + second),
    ];
  }
  const third = stream.uint8();
  if (code < 124) {
    return [signed(0, (first << 4) + (second >> 4)), signed(1, ((second & 0x0f) << 8) + third)];
  }
  return [signed(0, (first << 8) + second), signed(1, (third << 8) + stream.uint8())];
}
