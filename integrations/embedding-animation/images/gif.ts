/**
 * The first picture of a GIF as Pillow 13 reads it (`GifImagePlugin`): libvips makes transparent pixels black, Pillow's
 * `convert("RGB")` shows the colour that their index has.
 */
import type { RgbImage } from '../contracts.ts';
import { fillPalette, readBytes } from './file-parts.ts';
import type { ImageHeader } from './formats.ts';

/** The first picture, on its canvas. */
interface GifPicture {
  /** Of the canvas, px. */
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  readonly isInterlaced: boolean;
  /** `[colours × 3]`, RGB. */
  readonly palette: Uint8Array;
  /** The index that the canvas has outside of the picture. */
  readonly ground: number;
  /** Fewest bits of a code. */
  readonly codeBits: number;
  /** First block of compressed indices. */
  readonly offset: number;
}

const SCREEN_BYTES = 13;
const EXTENSION = 0x21;
const PICTURE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;
const MAX_CODES = 4096;
const MAX_CODE_BITS = 12;
/** Rows of an interlaced picture: the first of each pass, and their distance. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

/** Size of a GIF's canvas; `undefined` where it holds no picture. */
export function readGifHeader(bytes: Uint8Array): ImageHeader | undefined {
  const picture = findPicture(bytes);
  if (picture === undefined) return undefined;
  return { format: 'gif', width: picture.width, height: picture.height, kind: 'colour' };
}

/**
 * Decodes the first picture.
 * @throws Error when it is damaged
 */
export function decodeGif(bytes: Uint8Array): RgbImage {
  const picture = findPicture(bytes);
  if (picture === undefined) throw new Error('it holds no picture');
  const { width, height, left, top, pictureWidth, pictureHeight, palette, ground } = picture;
  const codes = joinBlocks(bytes, picture.offset);
  if (pictureWidth * pictureHeight > countMost(codes, picture.codeBits)) throw new Error('it is cut short');
  const indices = new Uint8Array(pictureWidth * pictureHeight);
  unpackCodes(codes, picture.codeBits, indices);
  const canvas = new Uint8Array(width * height).fill(ground);
  const rows = picture.isInterlaced ? listInterlaced(pictureHeight) : undefined;
  for (let row = 0; row < pictureHeight; row++) {
    const y = top + (rows?.[row] ?? row);
    canvas.set(indices.subarray(row * pictureWidth, (row + 1) * pictureWidth), y * width + left);
  }
  return { width, height, data: lookUpColours(canvas, palette) };
}

function lookUpColours(indices: Uint8Array, palette: Uint8Array): Uint8Array {
  const colours = fillPalette(palette);
  const data = new Uint8Array(3 * indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = 3 * indices[i]!;
    data[3 * i] = colours[index]!;
    data[3 * i + 1] = colours[index + 1]!;
    data[3 * i + 2] = colours[index + 2]!;
  }
  return data;
}

function listInterlaced(height: number): number[] {
  return PASSES.flatMap(([first, step]) => {
    const rows: number[] = [];
    for (let row = first; row < height; row += step) rows.push(row);
    return rows;
  });
}

/** Walks the blocks to the first picture. */
function findPicture(bytes: Uint8Array): GifPicture | undefined {
  const reader = readBytes(bytes);
  const flags = bytes[10] ?? 0;
  let palette = readPalette(bytes, SCREEN_BYTES, flags);
  let at = SCREEN_BYTES + palette.length;
  let ground = 0;
  for (;;) {
    const kind = bytes[at];
    if (kind === EXTENSION) {
      const isControl = bytes[at + 1] === GRAPHIC_CONTROL && (bytes[at + 2] ?? 0) >= 4;
      if (isControl && (bytes[at + 3]! & 1) === 1) ground = bytes[at + 6] ?? 0;
      at = skipBlocks(bytes, at + 2);
    } else if (kind === PICTURE) {
      const place = [1, 3, 5, 7].map((offset) => reader.u16(at + offset, true) ?? 0);
      const [left = 0, top = 0, pictureWidth = 0, pictureHeight = 0] = place;
      const own = bytes[at + 9] ?? 0;
      const start = at + 10;
      const ownPalette = readPalette(bytes, start, own);
      if (ownPalette.length > 0) palette = ownPalette;
      const codesAt = start + ownPalette.length;
      if (codesAt >= bytes.length || pictureWidth === 0 || pictureHeight === 0) return undefined;
      const [screenWidth = 0, screenHeight = 0] = [reader.u16(6, true), reader.u16(8, true)];
      return {
        width: Math.max(screenWidth, left + pictureWidth),
        height: Math.max(screenHeight, top + pictureHeight),
        ...{ left, top, pictureWidth, pictureHeight, palette, ground },
        isInterlaced: (own & 0x40) !== 0,
        codeBits: bytes[codesAt]!,
        offset: codesAt + 1,
      };
    } else if (kind === undefined || kind === 0x3b) return undefined;
    else at += 1; // Pillow skips what it does not know
  }
}

/** The palette that a field of flags announces. */
function readPalette(bytes: Uint8Array, at: number, flags: number): Uint8Array {
  return (flags & 0x80) === 0 ? new Uint8Array(0) : bytes.subarray(at, at + (3 << ((flags & 7) + 1)));
}

/** The first byte behind a list of blocks. */
function skipBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let length = bytes[at]; length !== undefined && length > 0; length = bytes[at]) at += length + 1;
  return at + 1;
}

function joinBlocks(bytes: Uint8Array, from: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  let at = from;
  for (let length = bytes[at]; length !== undefined && length > 0; length = bytes[at]) {
    blocks.push(bytes.subarray(at + 1, at + 1 + length));
    at += length + 1;
  }
  return Buffer.concat(blocks);
}

/** Most indices that these codes can stand for: each code's string is at most one longer than the longest before. */
function countMost({ length }: Uint8Array, firstBits: number): number {
  const codes = (8 * length) / (firstBits + 1);
  return codes <= MAX_CODES ? (codes * (codes + 1)) / 2 : (MAX_CODES / 2 + codes) * MAX_CODES;
}

/**
 * Unpacks LZW codes of growing width until `target` is full.
 * @throws Error for a code that means nothing yet, and when the codes end before
 */
function unpackCodes(data: Uint8Array, firstBits: number, target: Uint8Array): void {
  if (firstBits < 1 || firstBits >= MAX_CODE_BITS) throw new Error('its codes are damaged');
  const [clear, end] = [1 << firstBits, (1 << firstBits) + 1];
  const prefixes = new Uint16Array(MAX_CODES);
  const suffixes = new Uint8Array(MAX_CODES);
  const stack = new Uint8Array(MAX_CODES + 1);
  for (let code = 0; code < clear; code++) suffixes[code] = code;
  let [bits, next, last, first] = [firstBits + 1, clear + 2, -1, 0];
  let [held, heldBits, at, done] = [0, 0, 0, 0];
  while (done < target.length) {
    while (heldBits < bits) {
      if (at >= data.length) throw new Error('it is cut short');
      held |= data[at++]! << heldBits;
      heldBits += 8;
    }
    const code = held & ((1 << bits) - 1);
    held >>>= bits;
    heldBits -= bits;
    if (code === end) throw new Error('it is cut short');
    if (code === clear) {
      [bits, next, last] = [firstBits + 1, clear + 2, -1];
      continue;
    }
    if (code > next || (code >= next && last === -1)) throw new Error('its codes are damaged');
    let depth = 0;
    let current = code;
    if (code === next) {
      stack[depth++] = first;
      current = last;
    }
    for (; current >= clear; current = prefixes[current]!) stack[depth++] = suffixes[current]!;
    first = current;
    stack[depth++] = first;
    while (depth > 0 && done < target.length) target[done++] = stack[--depth]!;
    if (last !== -1 && next < MAX_CODES) {
      prefixes[next] = last;
      suffixes[next++] = first;
      if (next === 1 << bits && bits < MAX_CODE_BITS) bits += 1;
    }
    last = code;
  }
}
