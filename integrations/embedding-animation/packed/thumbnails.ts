/** The pictures of a pack: of every image that leads in some frame, as good as the pack's size allows. */
import { createHash } from 'node:crypto';
import type { Dataset, Frame, RgbImage } from '../contracts.ts';
import { encodeLossless, encodeLossy, shrinkToFit } from '../images/index.ts';
import type { Pack } from './schema.ts';

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

// --- one picture of equal cells ---------------------------------------------------------------------

type Layout = Pick<Pack['thumbnails'], 'cell' | 'columns' | 'images'>;

/** An image of the evaluation set that leads in some frame. */
export interface Thumbnail {
  /** Index into the evaluation set. */
  readonly index: number;
  readonly image: RgbImage;
}

const CHANNELS = 3;

/** Lays thumbnails out in about as many columns as rows; what a thumbnail leaves of its cell is black. */
export function joinThumbnails(thumbnails: readonly Thumbnail[]): { picture: RgbImage; layout: Layout } {
  const columns = Math.max(1, Math.ceil(Math.sqrt(thumbnails.length)));
  const cell = {
    width: thumbnails.reduce((most, { image }) => Math.max(most, image.width), 0),
    height: thumbnails.reduce((most, { image }) => Math.max(most, image.height), 0),
  };
  const images = thumbnails.map(({ index, image }): [number, number, number] => [
    index,
    image.width,
    image.height,
  ]);
  const layout = { columns, cell, images };
  const picture = emptyPicture(layout);
  for (const [position, { image }] of thumbnails.entries()) {
    const { x, y } = cellOf(layout, position);
    for (let row = 0; row < image.height; row++) {
      const line = image.data.subarray(row * image.width * CHANNELS, (row + 1) * image.width * CHANNELS);
      picture.data.set(line, ((y + row) * picture.width + x) * CHANNELS);
    }
  }
  return { picture, layout };
}

/** Whether a picture has room for all thumbnails of a layout. */
export function fitsLayout(picture: RgbImage, layout: Layout): boolean {
  return layout.images.every(([, width, height], position) => {
    const { x, y } = cellOf(layout, position);
    return x + width <= picture.width && y + height <= picture.height;
  });
}

/**
 * Cuts thumbnail `position` out of the picture.
 * @throws RangeError when the picture is too small for its layout
 */
export function cutThumbnail(picture: RgbImage, layout: Layout, position: number): RgbImage {
  const [, width, height] = layout.images[position]!;
  const { x, y } = cellOf(layout, position);
  if (x + width > picture.width || y + height > picture.height)
    throw new RangeError('a thumbnail lies outside');
  const data = new Uint8Array(width * height * CHANNELS);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * picture.width + x) * CHANNELS;
    data.set(picture.data.subarray(start, start + width * CHANNELS), row * width * CHANNELS);
  }
  return { width, height, data };
}

function emptyPicture({ columns, cell, images }: Layout): RgbImage {
  const width = columns * cell.width;
  const height = Math.ceil(images.length / columns) * cell.height;
  return { width, height, data: new Uint8Array(width * height * CHANNELS) };
}

function cellOf({ columns, cell }: Layout, position: number): { x: number; y: number } {
  return { x: (position % columns) * cell.width, y: Math.floor(position / columns) * cell.height };
}
