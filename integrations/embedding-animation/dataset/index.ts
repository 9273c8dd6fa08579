/** The door of the dataset room: images and labels in. */
import type { Dataset } from '../contracts.ts';
import { makeError } from '../errors.ts';
import type { DatasetOptions } from '../options/index.ts';
import { openCifar } from './cifar/reader.ts';
import { openIconSet } from './icon-set.ts';
import { openImageFolder } from './image-folder.ts';
import { openParquet } from './parquet/reader.ts';
import type { DatasetContext } from './reader.ts';
import { refuseSavedToDisk } from './saved-to-disk.ts';
import { selectImages } from './selection.ts';

export { isSavedToDisk } from './saved-to-disk.ts';
export { downloadCifar10 } from './cifar/download.ts';
export { matchLabels } from './labels.ts';
export { selectImages } from './selection.ts';

/** A map of two points is a line, and its outliers mean nothing. */
const FEWEST_IMAGES = 3;

/**
 * Opens the evaluation set that `run.yaml` describes.
 * @throws EmbeddingAnimationError `DatasetInvalid`, or `TooFewImages` for fewer than three images
 */
export async function openDataset(options: DatasetOptions, context: DatasetContext): Promise<Dataset> {
  await refuseSavedToDisk(options, context);
  const dataset = selectImages(await readDataset(options, context), options);
  const images = dataset.items.length;
  if (images >= FEWEST_IMAGES) return dataset;
  const counted = images === 1 ? 'one image' : `${images} images`;
  throw makeError('TooFewImages', 'tooFewForMap', { images: counted, fewest: FEWEST_IMAGES });
}

/** One case a reader; a type without one does not compile. */
function readDataset(options: DatasetOptions, context: DatasetContext): Promise<Dataset> {
  switch (options.type) {
    case 'icon-set':
      return openIconSet(options, context);
    case 'image-folder':
      return openImageFolder(options, context);
    case 'parquet':
      return openParquet(options, context);
    case 'cifar':
      return openCifar(options, context);
  }
}
