/** The door of the dataset room: images and labels in. */
import type { Dataset } from '../contracts.ts';
import { makeError } from '../errors.ts';
import { findSameNames } from '../names.ts';
import { makeNotice } from '../notices.ts';
import type { DatasetOptions } from '../options/index.ts';
import { openCifar } from './cifar/reader.ts';
import { openIconSet } from './icon-set/reader.ts';
import { openImageFolder } from './image-folder/reader.ts';
import { noteTurned, skipUnreadable } from './scan-images.ts';
import { openParquet } from './parquet/reader.ts';
import { datasetInvalid, type DatasetContext } from './reader.ts';
import { refuseSavedToDisk } from './saved-to-disk.ts';
import { selectImages } from './selection.ts';

export { isSavedToDisk } from './saved-to-disk.ts';
export { downloadCifar10 } from './cifar/download.ts';
export { matchLabels } from './checks.ts';
export { selectImages } from './selection.ts';

/** A map of two points is a line, and its outliers mean nothing. */
const FEWEST_IMAGES = 3;

/**
 * Opens the evaluation set that `run.yaml` describes.
 * @throws EmbeddingAnimationError `DatasetInvalid`, also for two classes of one name in two Unicode normal forms;
 * `TooFewImages` for fewer than three images
 */
export async function openDataset(options: DatasetOptions, context: DatasetContext): Promise<Dataset> {
  await refuseSavedToDisk(options, context);
  const selected = checkClassNames(selectImages(await readDataset(options, context), options));
  const readable = options.onUnreadable === 'skip' ? await skipUnreadable(selected, context) : selected;
  const dataset = await noteTurned(readable, context);
  const images = dataset.items.length;
  if (images >= FEWEST_IMAGES) return noteEmptyClasses(dataset);
  const counted = images === 1 ? 'one image' : `${images} images`;
  throw makeError('TooFewImages', 'tooFewForMap', { images: counted, fewest: FEWEST_IMAGES });
}

function checkClassNames(dataset: Dataset): Dataset {
  const { classNames, originalClassNames = classNames, source } = dataset;
  const same = findSameNames(originalClassNames);
  if (same === undefined || same[0] === same[1]) return dataset;
  throw datasetInvalid(source, 'sameClassTwice', { name: same[0].normalize() });
}

function noteEmptyClasses(dataset: Dataset): Dataset {
  const { classNames, items, notices = [] } = dataset;
  const used = new Set(items.map(({ label }) => label));
  const empty = classNames.filter((_, label) => !used.has(label));
  if (empty.length === 0) return dataset;
  return { ...dataset, notices: [...notices, makeNotice('ClassesWithoutImages', empty, {})] };
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
