/** Thumbnails of a pack: one picture of equal cells. */
import type { RgbImage } from '../contracts.ts';
import type { Pack } from './schema.ts';

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
