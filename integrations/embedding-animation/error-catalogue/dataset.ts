/** The evaluation set. */
import { always, when, type ErrorEntry } from './entry.ts';

export const datasetErrors = {
  TooFewImages: {
    title: 'The evaluation set has too few images',
    meaning: 'A map and its outliers need at least three images.',
    remedy:
      'Check that `path`, `split` and `classes` under `dataset` are right: a set that comes out empty is most often a folder one level too high or too low.',
    cases: {
      none: always('the evaluation set has no images', 'Check the "dataset" entry of run.yaml.'),
      tooFew: when(
        ({ images }: { images: string }) =>
          `the evaluation set has ${images}, and outliers and maps need at least 3`,
        () =>
          'Add images to the data set that run.yaml names, or check that its path and label column are right.',
      ),
    },
  },
  DatasetInvalid: {
    title: 'The evaluation set can not be read',
    meaning:
      'A path is wrong, a column is missing, a metadata file names images that are not there, an archive is damaged, a package is not installed, or a class that was chosen is not in the set.',
    remedy:
      'The message names the file and what is wrong with it; paths under `dataset` are relative to `run.yaml`.',
    cases: {},
  },
  DownloadFailed: {
    title: 'A data set could not be downloaded',
    meaning:
      'The server could not be reached, or what came is not what was expected: the file is compared with its known digest.',
    remedy:
      'Run the command again: it goes on from what is there. Behind a proxy, download the file in another way and name its path in `run.yaml`.',
    cases: {},
  },
  ImageUnreadable: {
    title: 'An image can not be decoded',
    meaning:
      'The file is damaged, in a format that is not read here (PNG, JPEG and WebP are), or has more than 89,478,485 pixels, where Pillow refuses too.',
    remedy: 'Check that it opens in an image viewer, save it again, or take it out of the set.',
    cases: {
      undecodable: when(
        ({ said }: { said: string }) => `the image can't be decoded: ${said}`,
        () =>
          'Check that the file opens in an image viewer; save it again as PNG, JPEG or WebP, or take it out of the data set.',
      ),
      format: when(
        ({ format }: { format: string }) => `the image's format is ${format}, which isn't read here`,
        () => 'Save it as PNG, JPEG or WebP.',
      ),
    },
  },
  LabelsMismatch: {
    title: 'The evaluation set has classes that the model does not know',
    meaning:
      'Class names are compared with `id2label` in `config.json` of the last checkpoint. A name that it lacks is most often a set that belongs to another run.',
    remedy:
      "Name the set's classes as in `id2label`. If the set is meant to have other classes, say `labels: own` under `dataset`.",
    cases: {},
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
