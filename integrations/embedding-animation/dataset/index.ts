/** The door of the dataset room: images and labels in. */
import type { Dataset } from '../contracts.ts';
import { checkImageCount } from '../image-count.ts';
import type { DatasetOptions } from '../options/index.ts';
import { checkClassNames, noteEmptyClasses, refuseSavedToDisk } from './checks.ts';
import { openCifar } from './cifar/reader.ts';
import { openIconSet } from './icon-set/reader.ts';
import { openImageFolder } from './image-folder/reader.ts';
import { openParquet } from './parquet/reader.ts';
import type { DatasetContext } from './reader.ts';
import { noteTurned, skipUnreadable } from './scan-images.ts';
import { selectImages } from './selection.ts';

export { isSavedToDisk, matchLabels } from './checks.ts';
export { downloadCifar10 } from './cifar/download.ts';
export { selectImages } from './selection.ts';

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
  checkImageCount(dataset.items.length);
  return noteEmptyClasses(dataset);
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
