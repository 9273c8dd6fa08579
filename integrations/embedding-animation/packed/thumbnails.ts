/** The pictures of a pack: of every image that leads in some frame, as good as the pack's size allows. */
import { createHash } from 'node:crypto';
import type { Dataset, Frame, RgbImage } from '../contracts.ts';
import { encodeLossless, encodeLossy, shrinkToFit } from '../images/index.ts';
import type { Pack } from './schema.ts';
import { joinThumbnails, type Thumbnail } from './sprite.ts';

/** What goes into the pack. */
export interface PackedThumbnails {
  /** A WebP; empty where there is no thumbnail. */
  readonly bytes: Uint8Array;
  readonly description: Pack['thumbnails'];
}

/** A way to keep thumbnails: their longest side, px, and the encoder. */
interface Quality {
  readonly side: number;
  readonly encode: (picture: RgbImage) => Promise<Uint8Array>;
}

/** From the best to the smallest. Frames draw a thumbnail at some 32 px. */
const QUALITIES: readonly Quality[] = [
  ...[128, 96, 64, 48, 32].map((side) => ({ side, encode: encodeLossless })),
  ...[48, 32].map((side) => ({ side, encode: encodeLossy })),
];

/**
 * Collects the leading images of all frames in the best quality that takes at most `budget` bytes, or in the
 * smallest: images of up to 128 px as they are, else smaller copies, else copies with WebP's losses.
 * @throws EmbeddingAnimationError `ImageUnreadable`
 */
export async function collectThumbnails(
  dataset: Dataset,
  frames: readonly Frame[],
  budget: number,
): Promise<PackedThumbnails> {
  const leading = new Set(frames.flatMap(({ outliers }) => outliers.map(({ index }) => index)));
  const originals: Thumbnail[] = [];
  for (const index of [...leading].sort((a, b) => a - b)) {
    originals.push({ index, image: await shrinkToFit(await dataset.decode(index), QUALITIES[0]!.side) });
  }
  let packed = await packThumbnails(originals, QUALITIES[0]!);
  for (const quality of QUALITIES.slice(1)) {
    if (packed.bytes.length <= budget) break;
    packed = await packThumbnails(originals, quality);
  }
  return packed;
}

async function packThumbnails(
  originals: readonly Thumbnail[],
  { side, encode }: Quality,
): Promise<PackedThumbnails> {
  const thumbnails = await Promise.all(
    originals.map(async ({ index, image }) => ({ index, image: await shrinkToFit(image, side) })),
  );
  const { picture, layout } = joinThumbnails(thumbnails);
  const bytes = thumbnails.length === 0 ? new Uint8Array() : await encode(picture);
  return { bytes, description: { sha256: createHash('sha256').update(bytes).digest('hex'), ...layout } };
}
