/** The evaluation set. */
import {
  cifarCases,
  iconSetCases,
  imageFolderCases,
  selectionCases,
  typedPathCases,
} from './dataset-cases.ts';
import { always, when, type ErrorEntry } from './entry.ts';
import { parquetCases } from './parquet-cases.ts';

const RUN_AGAIN = 'Check the connection, then run the command again: it goes on where it stopped.';

export const datasetErrors = {
  TooFewImages: {
    title: 'The evaluation set has too few images',
    meaning: 'A map and its outliers need at least three images.',
    remedy:
      'Check that `path`, `split` and `classes` under `dataset` are right: a set that comes out empty is most often a folder one level too high or too low.',
    cases: {
      tooFew: when(
        ({ images, fewest }: { images: string; fewest: number }) =>
          `the evaluation set has ${images}; a map takes at least ${fewest}`,
        () => 'Add images to the evaluation set.',
      ),
    },
  },
  DatasetInvalid: {
    title: 'The evaluation set can not be read',
    meaning:
      'A path is wrong, a column is missing, a metadata file names images that are not there, an archive is damaged, a package is not installed, or a class that was chosen is not in the set.',
    remedy:
      'The message names the file and what is wrong with it; paths under `dataset` are relative to `run.yaml`.',
    cases: {
      ...imageFolderCases,
      ...parquetCases,
      ...cifarCases,
      ...iconSetCases,
      ...selectionCases,
      ...typedPathCases,
    },
  },
  DownloadFailed: {
    title: 'A data set could not be downloaded',
    meaning:
      'The server could not be reached, or what came is not what was expected: the file is compared with its known digest.',
    remedy:
      'Run the command again: it goes on from what is there. Behind a proxy, download the file in another way and name its path in `run.yaml`.',
    cases: {
      folderUnmade: when(
        ({ said }: { said: string }) => `its folder can't be made: ${said}`,
        () => 'Make it yourself, or name another folder.',
      ),
      wrongChecksum: always(
        'the file that came has another checksum; it was deleted',
        'Run the command again. If it happens twice, the server sends something else: fetch the file in another way.',
      ),
      unreachable: when(
        ({ said }: { said: string }) => `the server can't be reached: ${said}`,
        () => RUN_AGAIN,
      ),
      refused: when(
        ({ status }: { status: number }) => `the server answered with status ${status}`,
        () => 'Try again later, or fetch the file in another way and put it into the folder.',
      ),
      broken: when(
        ({ done, bytes }: { done: number; bytes: number }) =>
          `the connection broke after ${done} of ${bytes} bytes`,
        () => RUN_AGAIN,
      ),
      ended: when(
        ({ done, bytes }: { done: number; bytes: number }) =>
          `the connection ended after ${done} of ${bytes} bytes`,
        () => RUN_AGAIN,
      ),
    },
  },
  ImageUnreadable: {
    title: 'An image can not be decoded',
    meaning:
      'The file is damaged, in a format that is not read here (PNG, JPEG, WebP, GIF, BMP and most kinds of TIFF are), or has more than 89,478,485 pixels, where Pillow warns of a decompression bomb.',
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
      variant: when(
        ({ format }: { format: string }) =>
          `this kind of ${format} isn't read: what Pillow sees in it can't be had here`,
        () => 'Save it as PNG, JPEG or WebP.',
      ),
      tooLarge: when(
        ({ width, height, most }: { width: number; height: number; most: number }) =>
          `the image has ${width} × ${height} px, which exceeds the pixel limit of ${most}`,
        () => 'Make it smaller, or take it out of the data set.',
      ),
      drawingTooSlow: when(
        ({ seconds }: { seconds: number }) => `the drawing was not finished within ${seconds} seconds`,
        () => 'Take the icon out of the set: choose "classes" without it, or simplify the drawing.',
      ),
      drawingTooLarge: when(
        ({ bytes, most }: { bytes: number; most: number }) =>
          `the drawing has ${bytes} bytes of SVG; at most ${most} are drawn`,
        () => 'Take the icon out of the set: choose "classes" without it, or simplify the drawing.',
      ),
      absurdShape: when(
        ({ width, height }: { width: number; height: number }) =>
          `the image of ${width} × ${height} px can't be resized as the model's image processor asks: it would grow beyond measure`,
        () => 'Take it out of the data set: an image that is so narrow shows nothing.',
      ),
      fileTooLarge: when(
        ({ bytes, most }: { bytes: number; most: number }) =>
          `the file has ${bytes} bytes; at most ${most} are read`,
        () => 'Save it again smaller, or take it out of the data set.',
      ),
      gone: always(
        'the file can not be read any more',
        'Run the build again, and leave the image folder as it is meanwhile.',
      ),
      noBytes: always(
        'the row holds no image bytes',
        'The data set must hold its images: write it with embed_external_files, or take the row out.',
      ),
    },
  },
  LabelsMismatch: {
    title: 'The evaluation set has classes that the model does not know',
    meaning:
      'Class names are compared with `id2label` in `config.json` of the last checkpoint. A name that it lacks is most often a set that belongs to another run.',
    remedy:
      "Name the set's classes as in `id2label`. If the set is meant to have other classes, say `labels: own` under `dataset`.",
    hint: 'Name the set\'s classes as in id2label of the last checkpoint\'s config.json, or choose the set that belongs to this run. Where the set is meant to have classes that the model has never seen, set "labels: own" under "dataset" in run.yaml.',
    cases: {
      unknown: when(
        ({ unknown, known }: { unknown: string; known: string }) =>
          `the evaluation set has classes that the model does not know: ${unknown}; it knows ${known}`,
      ),
    },
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
