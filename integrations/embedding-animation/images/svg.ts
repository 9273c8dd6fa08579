/** SVG drawings in, pixels out; those that are not ours within a limit of bytes and of time. */
import sharp from 'sharp';
import type { RgbImage } from '../contracts.ts';
import { EmbeddingAnimationError, makeError, type TransferableError } from '../errors.ts';
import { openEndableProcess, WorkEnded } from '../threads/endable-process.ts';
import { MAX_DECODED_PIXELS, refuseUnreadable, toRgbImage } from './decode.ts';

/** Size and ground of a rasterised drawing. */
export interface RasterizeOptions {
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  /** `#rrggbb` under transparent parts. */
  readonly background: string;
}

/**
 * Draws an SVG at exactly `width` × `height`: scaled as vectors to the largest size that fits, centred,
 * what is left over filled with `background`. A drawing of that very size is not resampled. Files and
 * addresses that the SVG refers to are not loaded.
 * @throws EmbeddingAnimationError `ImageUnreadable`, without a place: callers add it by `withPlace`
 */
export async function rasterizeSvg(svg: string | Uint8Array, options: RasterizeOptions): Promise<RgbImage> {
  const { width, height, background } = options;
  const bytes = typeof svg === 'string' ? new TextEncoder().encode(svg) : svg;
  if (bytes.length === 0) refuseUnreadable(new Error('it is empty'));
  const drawn = await sharp(bytes, { failOn: 'error', limitInputPixels: MAX_DECODED_PIXELS })
    .resize(width, height, { fit: 'contain', background })
    .flatten({ background })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(refuseUnreadable);
  return toRgbImage(drawn);
}

/** Most bytes of a drawing: the largest icon of Noto Emoji has 172,613. */
const MAX_DRAWING_BYTES = 512 << 10;
/** Time for one drawing; those of icons take milliseconds. */
const LIMIT_MS = 10_000;
/** JavaScript memory of the process that draws: librsvg's own is not in it. */
const HEAP_MB = 128;

/** A drawing of so few bytes without what multiplies work takes a fraction of a second, whatever it is. */
const SMALL_DRAWING_BYTES = 8 << 10;
const MULTIPLIES_WORK = /dash|filter|href|pattern|mask|clip|style|<use|<image|<marker|<text/i;

/** Draws SVGs. */
export interface SvgDrawer {
  /**
   * Draws as `rasterizeSvg`, in a process of its own unless the drawing is surely small work: time grows with the
   * square of lines that cross, and nothing else can end librsvg.
   * @throws EmbeddingAnimationError `ImageUnreadable`, also for a drawing that is too large or takes too long
   */
  draw(svg: string, options: RasterizeOptions): Promise<RgbImage>;
}

/** What a drawer may be told. */
export interface DrawerOptions {
  /** @default 10 s */
  readonly limitMs?: number;
}

/** A drawing to be made in another process. */
export interface DrawingTask {
  readonly svg: string;
  readonly options: RasterizeOptions;
}

/** What came of it. */
export type DrawingResult = { readonly image: RgbImage } | { readonly refused: TransferableError };

/** Opens a drawer. Its process starts with the first drawing that needs it, and ends when it has been idle a while. */
export function openSvgDrawer({ limitMs = LIMIT_MS }: DrawerOptions = {}): SvgDrawer {
  const url = new URL('./svg-process.ts', import.meta.url);
  const child = openEndableProcess<DrawingTask, DrawingResult>(url, HEAP_MB);
  const drawInProcess = async (task: DrawingTask): Promise<RgbImage> => {
    const result = await child.run(task, limitMs).catch((cause: unknown) => refuseDrawing(cause, limitMs));
    if ('image' in result) return result.image;
    throw EmbeddingAnimationError.fromTransferable(result.refused);
  };
  return {
    draw(svg, options) {
      const bytes = Buffer.byteLength(svg);
      if (bytes > MAX_DRAWING_BYTES)
        return Promise.reject(
          makeError('ImageUnreadable', 'drawingTooLarge', { bytes, most: MAX_DRAWING_BYTES }),
        );
      if (bytes <= SMALL_DRAWING_BYTES && !MULTIPLIES_WORK.test(svg)) return rasterizeSvg(svg, options);
      return drawInProcess({ svg, options });
    },
  };
}

/** @param cause its code tells that this is the machine's doing: another try may find the drawing as good as any */
function refuseDrawing(cause: unknown, limitMs: number): never {
  if (cause instanceof WorkEnded && cause.code === 'ETIMEDOUT')
    throw makeError('ImageUnreadable', 'drawingTooSlow', { seconds: limitMs / 1000 }, { cause });
  const said = cause instanceof Error ? cause.message : String(cause);
  throw makeError('ImageUnreadable', 'undecodable', { said }, { cause: new WorkEnded('ECHILD') });
}
