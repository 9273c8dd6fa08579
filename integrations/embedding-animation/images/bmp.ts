/** Windows bitmaps as Pillow 13 reads them (`BmpImagePlugin`); libvips has no reader for them. */
import type { RgbImage } from '../contracts.ts';
import { fillPalette, readBytes } from './file-parts.ts';
import type { ImageHeader } from './formats.ts';

/** Where a bitmap keeps what. */
interface BmpLayout {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  /** First byte of the pixels. */
  readonly offset: number;
  /** `[256 × 3]`, RGB; empty where pixels are no indices. */
  readonly palette: Uint8Array;
  /** Masks of red, green and blue in a pixel of 16 or 32 bits. */
  readonly masks: readonly [number, number, number];
}

const FILE_HEADER_BYTES = 14;
const CORE_HEADER_BYTES = 12;
const INFO_HEADER_BYTES = [40, 52, 56, 64, 108, 124];
const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;
/** A height whose highest byte this is counts from the top, downwards. */
const NEGATIVE = 0xff;

const MASKS_565 = [0xf800, 0x7e0, 0x1f] as const;
const MASKS_555 = [0x7c00, 0x3e0, 0x1f] as const;
const MASKS_RGB = [0xff0000, 0xff00, 0xff] as const;
/** Masks that Pillow reads, by the bits of a pixel. */
const KNOWN_MASKS: Readonly<Record<number, readonly (readonly [number, number, number])[]>> = {
  16: [MASKS_565, MASKS_555],
  24: [MASKS_RGB],
  32: [MASKS_RGB, [0xff000000, 0xff0000, 0xff00], [0xff000000, 0xff00, 0xff], [0xff, 0xff00, 0xff0000]],
};

/** Size and kind of a bitmap: `other` for one that is compressed or of an unknown layout. */
export function readBmpHeader(bytes: Uint8Array): ImageHeader {
  const layout = readLayout(bytes);
  const { width, height } = layout ?? { width: 0, height: 0 };
  return { format: 'bmp', width, height, kind: layout === undefined ? 'other' : 'colour' };
}

/**
 * Decodes a bitmap. Alpha is dropped.
 * @throws Error when it is cut short
 */
export function decodeBmp(bytes: Uint8Array): RgbImage {
  const layout = readLayout(bytes);
  if (layout === undefined) throw new Error('its header is damaged');
  const { width, height, bits, offset, isTopDown } = layout;
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  if (offset + rowBytes * height > bytes.length) throw new Error('it is cut short');
  const data = new Uint8Array(3 * width * height);
  const decodeRow = bits <= 8 ? decodeIndices : decodeColours;
  for (let y = 0; y < height; y++) {
    const start = offset + rowBytes * (isTopDown ? y : height - 1 - y);
    decodeRow(
      bytes.subarray(start, start + rowBytes),
      layout,
      data.subarray(3 * y * width, 3 * (y + 1) * width),
    );
  }
  return { width, height, data };
}

function decodeIndices(row: Uint8Array, { width, bits, palette }: BmpLayout, target: Uint8Array): void {
  const mask = (1 << bits) - 1;
  for (let x = 0; x < width; x++) {
    const shift = 8 - bits - ((x * bits) % 8);
    const index = (row[(x * bits) >> 3]! >> shift) & mask;
    for (let channel = 0; channel < 3; channel++) target[3 * x + channel] = palette[3 * index + channel]!;
  }
}

function decodeColours(row: Uint8Array, { width, bits, masks }: BmpLayout, target: Uint8Array): void {
  const step = bits / 8;
  const channels = masks.map((mask) => {
    const shift = Math.log2(mask & -mask) | 0;
    return { shift, largest: mask >>> shift };
  });
  for (let x = 0; x < width; x++) {
    let pixel = 0;
    for (let i = 0; i < step; i++) pixel |= row[x * step + i]! << (8 * i);
    for (const [channel, { shift, largest }] of channels.entries()) {
      target[3 * x + channel] = Math.trunc((((pixel >>> shift) & largest) * 255) / largest);
    }
  }
}

function readLayout(bytes: Uint8Array): BmpLayout | undefined {
  const reader = readBytes(bytes);
  const u16 = (at: number) => reader.u16(at, true) ?? 0;
  const u32 = (at: number) => reader.u32(at, true) ?? 0;
  const headerBytes = u32(FILE_HEADER_BYTES);
  if (FILE_HEADER_BYTES + headerBytes > bytes.length) return undefined;
  if (headerBytes === CORE_HEADER_BYTES) {
    const [width, height, bits] = [u16(18), u16(20), u16(24)];
    return completeLayout(bytes, {
      width,
      height,
      bits,
      isTopDown: false,
      headerBytes,
      colours: 0,
      compression: UNCOMPRESSED,
    });
  }
  if (!INFO_HEADER_BYTES.includes(headerBytes)) return undefined;
  const isTopDown = bytes[25] === NEGATIVE;
  const height = isTopDown ? 2 ** 32 - u32(22) : u32(22);
  const [width, bits, compression, colours] = [u32(18), u16(28), u32(30), u32(46)];
  return completeLayout(bytes, { width, height, bits, isTopDown, headerBytes, colours, compression });
}

interface BmpFields extends Pick<BmpLayout, 'width' | 'height' | 'bits' | 'isTopDown'> {
  readonly headerBytes: number;
  /** 0: as many as indices allow. */
  readonly colours: number;
  readonly compression: number;
}

/** Adds palette, masks and the pixels' place; `undefined` for what is not read. */
function completeLayout(bytes: Uint8Array, fields: BmpFields): BmpLayout | undefined {
  const { width, height, bits, headerBytes, compression } = fields;
  if (width === 0 || height === 0 || ![1, 4, 8, 16, 24, 32].includes(bits)) return undefined;
  const masks = findMasks(bytes, fields);
  if (masks === undefined) return undefined;
  const { palette, paletteBytes } = bits <= 8 ? readPalette(bytes, fields) : NO_PALETTE;
  const stored = readBytes(bytes).u32(10, true) ?? 0;
  const masksBytes = compression === BIT_FIELDS && headerBytes === 40 ? 12 : 0;
  const first = FILE_HEADER_BYTES + headerBytes;
  // some writers name the end of the header where a palette follows
  const isBehindHeader = stored === first && bits <= 8;
  const offset =
    stored === 0 ? first + masksBytes + paletteBytes : isBehindHeader ? stored + paletteBytes : stored;
  return { ...fields, offset, palette, masks };
}

function findMasks(bytes: Uint8Array, { bits, compression }: BmpFields): BmpLayout['masks'] | undefined {
  if (compression === UNCOMPRESSED) return bits === 16 ? MASKS_555 : MASKS_RGB;
  if (compression !== BIT_FIELDS) return undefined;
  const reader = readBytes(bytes);
  const masks = [54, 58, 62].map((at) => reader.u32(at, true));
  if (bits === 32 && masks.every((mask) => mask === 0)) return MASKS_RGB;
  return KNOWN_MASKS[bits]?.find((known) => known.every((mask, channel) => mask === masks[channel]));
}

const NO_PALETTE = { palette: new Uint8Array(0), paletteBytes: 0 };

function readPalette(bytes: Uint8Array, { bits, colours, headerBytes }: BmpFields) {
  const step = headerBytes === CORE_HEADER_BYTES ? 3 : 4;
  const count = colours === 0 ? 1 << bits : colours;
  const start = FILE_HEADER_BYTES + headerBytes;
  const shown = Math.min(count, 256, Math.floor((bytes.length - start) / step));
  const palette = new Uint8Array(3 * Math.max(shown, 0));
  for (let i = 0; i < shown; i++) {
    for (let channel = 0; channel < 3; channel++)
      palette[3 * i + channel] = bytes[start + step * i + 2 - channel]!;
  }
  return { palette: fillPalette(palette), paletteBytes: step * count };
}
