/** Which TIFFs are read: those from which libvips makes the pixels that Pillow makes. */
import { DEFLATE_RATIO } from './file-parts.ts';
import type { ImageHeader, PixelKind } from './formats.ts';
import { readTags } from './tags.ts';

const TAGS = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  samples: 277,
  planar: 284,
  colours: 320,
  extra: 338,
  format: 339,
} as const;

/** Most bytes that a compression makes of one: none, LZW, deflate under two numbers, PackBits. */
const RATIOS: Readonly<Record<number, number>> = {
  1: 1,
  5: 2731, // codes of 12 bits for up to 4096 bytes
  8: DEFLATE_RATIO,
  32_773: 64,
  32_946: DEFLATE_RATIO,
};

const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;
const PALETTE = 3;
const CMYK = 5;
const YCBCR = 6;
const JPEG = 7;
const SEPARATE_PLANES = 2;
const PREMULTIPLIED = 1;
const UNSIGNED = 1;
const SIGNED = 2;
const FLOAT = 3;
/** Colours of a palette have 16 bits. */
const LARGEST_8_BIT = 255;

/** Size and kind of a TIFF's first picture; `undefined` where its directory can't be read. */
export function readTiffHeader(bytes: Uint8Array): ImageHeader | undefined {
  const tags = readTags(bytes);
  const width = tags?.number(TAGS.width);
  const height = tags?.number(TAGS.height);
  if (tags === undefined || width === undefined || height === undefined) return undefined;
  const number = (tag: keyof typeof TAGS, otherwise: number) => tags.number(TAGS[tag]) ?? otherwise;
  const colours = tags.get(TAGS.colours);
  const layout: TiffLayout = {
    bits: number('bits', 1),
    compression: number('compression', 1),
    photometric: number('photometric', BLACK_IS_ZERO),
    samples: number('samples', 1),
    isPlanar: number('planar', 1) === SEPARATE_PLANES,
    extra: number('extra', 0),
    format: number('format', UNSIGNED),
    hasWideColours: colours instanceof Uint8Array || colours?.some((value) => value > LARGEST_8_BIT) === true,
  };
  const ratio = RATIOS[layout.compression];
  const mostPixels = ratio && (8 * ratio * bytes.length) / (layout.bits * layout.samples);
  return { format: 'tiff', width, height, kind: findKind(layout), mostPixels };
}

interface TiffLayout {
  readonly bits: number;
  readonly compression: number;
  readonly photometric: number;
  /** Values of a pixel. */
  readonly samples: number;
  readonly isPlanar: boolean;
  /** What the first value beyond the colours is. */
  readonly extra: number;
  readonly format: number;
  readonly hasWideColours: boolean;
}

/** `other` is what Pillow and libvips see differently, or one of them not at all. */
function findKind({ photometric, ...layout }: TiffLayout): PixelKind {
  const { bits, compression, format, samples } = layout;
  const isUnsigned = format === UNSIGNED;
  switch (photometric) {
    case WHITE_IS_ZERO:
    case BLACK_IS_ZERO:
      return findGreyKind(photometric, layout);
    case RGB:
      return isUnsigned && (bits === 8 || (bits === 16 && !layout.isPlanar && layout.extra !== PREMULTIPLIED))
        ? 'colour'
        : 'other';
    case PALETTE:
      return isUnsigned && bits <= 8 && samples === 1 && layout.hasWideColours ? 'colour' : 'other';
    case CMYK:
      return isUnsigned && bits === 8 && samples === 4 && !layout.isPlanar ? 'cmyk' : 'other';
    case YCBCR:
      return isUnsigned && bits === 8 && compression === JPEG ? 'colour' : 'other';
    default:
      return 'other';
  }
}

function findGreyKind(
  photometric: number,
  { bits, format, samples, extra, isPlanar }: Omit<TiffLayout, 'photometric'>,
): PixelKind {
  if (format === UNSIGNED && [1, 2, 4, 8].includes(bits)) {
    const isPlain = samples === 1;
    const hasAlpha = samples === 2 && bits === 8 && extra !== PREMULTIPLIED && !isPlanar;
    return isPlain || (hasAlpha && photometric === BLACK_IS_ZERO) ? 'colour' : 'other';
  }
  if (samples !== 1 || photometric !== BLACK_IS_ZERO) return 'other';
  if (format === UNSIGNED && bits === 16) return 'grey-16-bit';
  return bits === 32 && (format === SIGNED || format === FLOAT) ? 'colour' : 'other';
}
