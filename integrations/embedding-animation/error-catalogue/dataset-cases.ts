/** What can be wrong with an evaluation set, reader by reader; Parquet has a file of its own. */
import { always, fileHints, refusedText, when } from './entry.ts';

export const PATH_HINT = 'The dataset\'s "path" is relative to run.yaml; check its spelling.';

/** The images that are read, for people. */
const IMAGE_KINDS = 'PNG, JPEG, WebP, TIFF, GIF or BMP';

/** A line of metadata.csv or metadata.jsonl, a row of metadata.parquet. */
export interface MetadataLine {
  /** Such as `line 3`, counted from 1; of a table `row 3`, counted from 0. */
  readonly at: string;
}

const WRITE_JSON_LINES = 'Write one JSON object a line: {"file_name": "a.png", "label": "cat"}.';

const metadataCases = {
  metadataNotJson: when(
    ({ at }: MetadataLine) => `${at}: this is not JSON`,
    () => WRITE_JSON_LINES,
  ),
  metadataNotAnObject: when(
    ({ at }: MetadataLine) => `${at}: this is not a JSON object`,
    () => WRITE_JSON_LINES,
  ),
  metadataNotUtf8: always(
    'it is not written in UTF-8',
    'Save it as UTF-8: spreadsheets call it "CSV UTF-8".',
  ),
  metadataColumnMissing: when(
    ({ at, column, there }: MetadataLine & { column: string; there: string }) =>
      `${at}: there is no column "${column}" (there are: ${there === '' ? 'none' : there})`,
    ({ column }) =>
      column === 'file_name'
        ? 'Add it: the path of each image, relative to the metadata file.'
        : 'Add it, or name the right one as "labelColumn" in run.yaml. Where the folders are the classes, set "ignoreMetadata: true" under "dataset".',
  ),
  metadataLabelType: when(
    ({ at, column }: MetadataLine & { column: string }) =>
      `${at}: the column "${column}" holds no single value`,
    () => 'A label is text, a number or a truth value: name another column as "labelColumn" in run.yaml.',
  ),
  metadataRowLength: when(
    ({ at, cells, columns }: MetadataLine & { cells: number; columns: number }) =>
      `${at}: the row has ${cells} columns, the header ${columns}`,
    () => 'Put cells that hold commas in double quotes.',
  ),
  metadataOfSplits: when(
    ({ there }: { there: string }) =>
      `metadata files lie in several folders, and these are called like splits (there are: ${there})`,
    () => 'Name one as "split" under "dataset" in run.yaml.',
  ),
  metadataElsewhere: when(
    ({ split }: { split: string }) =>
      `a metadata file lies here, but none in the split ${split}: it does not show whether its folders are the classes`,
    () =>
      'Put a metadata file into the folder of the split, with paths relative to it. Where the folders are the classes, set "ignoreMetadata: true" under "dataset" in run.yaml.',
  ),
  listedTwice: when(
    ({ at, name, first }: MetadataLine & { name: string; first: string }) =>
      `${at}: "${name}" was listed in ${first} already`,
    () => 'Delete one of the lines.',
  ),
  listedFileMissing: when(
    ({ at, name }: MetadataLine & { name: string }) => `${at}: there is no file "${name}"`,
    () => 'Add the file or delete the line. Paths are relative to the folder of the metadata file.',
  ),
  listedWithoutLabel: when(
    ({ at, name }: MetadataLine & { name: string; column: string }) => `${at}: "${name}" has no label`,
    ({ column }) => `Fill in the column "${column}".`,
  ),
  listedAsMissing: when(
    ({ at, name, text }: MetadataLine & { name: string; text: string }) =>
      `${at}: "${name}" has the label "${text}", which the datasets library reads as none`,
    () => 'Give the class another name, or list the images in a metadata.jsonl, where such texts are labels.',
  ),
  listedWithoutName: when(
    ({ at }: MetadataLine) => `${at}: file_name is empty`,
    () => 'Name an image, relative to the folder of the metadata file.',
  ),
  listedOutside: when(
    ({ at, name }: MetadataLine & { name: string }) => `${at}: "${name}" leaves the image folder`,
    () => 'Name an image in the folder of the metadata file, relative to it.',
  ),
  listedNotAnImage: when(
    ({ at, name }: MetadataLine & { name: string }) => `${at}: "${name}" is not an image this reader knows`,
    () => `Use ${IMAGE_KINDS}.`,
  ),
};

/** Of an image folder, and of its metadata file. */
export const imageFolderCases = {
  folderMissing: always('the image folder does not exist', PATH_HINT),
  folderIsAFile: always('the image folder is a file', PATH_HINT),
  noImage: always(
    'the folder holds no image',
    `Put images (${IMAGE_KINDS}) into one folder a class: <class>/<file>.`,
  ),
  noReadableImage: when(
    ({ kinds }: { kinds: string }) => `the folder holds no image that is read (there are: ${kinds})`,
    () => `Save them as ${IMAGE_KINDS}, under a name that says so.`,
  ),
  classEmptied: when(
    ({ kinds }: { kinds: string }) => `the class has images, but none that is read (there are: ${kinds})`,
    () =>
      `Save them as ${IMAGE_KINDS}, under a name that says so; or name the other classes as "classes" under "dataset" in run.yaml.`,
  ),
  sameClassTwice: when(
    ({ name }: { name: string }) =>
      `two classes are called "${name}", in two Unicode normal forms: nobody can tell them apart`,
    () =>
      'Write both in one form (NFC): put the images of both folders into one, or correct the labels. Or name one of them as "classes" under "dataset" in run.yaml.',
  ),
  linkLoop: always('the link leads back to a folder that it lies in', 'Delete it.'),
  deadLink: always('the link points nowhere', 'Delete it, or put the file it stands for in place.'),
  imageInNoClass: when<{ folder: string }>(
    () => 'the image lies in no class folder',
    ({ folder }) => nameClassFolders(folder),
  ),
  imageTooDeep: when<{ folder: string }>(
    () => 'the image lies deeper than <class>/<file>',
    ({ folder }) => nameClassFolders(folder),
  ),
  twoMetadataFiles: when(
    ({ files }: { files: string }) => `the folder has both ${files}`,
    () => 'Leave one of them.',
  ),
  ...metadataCases,
  refused: when(refusedText, () => 'Make the images readable for you.'),
};

function nameClassFolders(folder: string): string {
  return `"path" (${folder}) must be the folder that holds one folder a class; or list the images in a metadata.csv.`;
}

const CIFAR_PATH =
  'Let "path" be cifar-10-binary.tar.gz, cifar-100-binary.tar.gz, or the folder with the .bin files that one of them unpacks to.';

/** Of CIFAR's binary version. */
export const cifarCases = {
  archiveMissing: always('the archive or folder does not exist', CIFAR_PATH),
  archiveUnreadable: when(
    ({ said }: { said: string }) => `the archive can't be read: ${said}`,
    () => `Download it again. ${CIFAR_PATH}`,
  ),
  archiveTooLarge: when(
    ({ most }: { most: number }) =>
      `it holds more than ${most >> 20} MiB, which no binary version of CIFAR does`,
    () => CIFAR_PATH,
  ),
  notCifar: always(
    'this is not the binary version of CIFAR: there is neither batches.meta.txt nor fine_label_names.txt',
    'Download "CIFAR-10 binary version" or "CIFAR-100 binary version"; the Python version is made of pickles.',
  ),
  noCoarseLabels: when(
    ({ title }: { title: string }) => `${title} has no coarse labels`,
    () => 'Leave "granularity" out.',
  ),
  batchMissing: when(
    ({ name }: { name: string }) => `there is no file ${name}`,
    () => 'Unpack the archive again.',
  ),
  batchCutShort: when(
    ({ bytes, imageBytes }: { bytes: number; imageBytes: number }) =>
      `the file has ${bytes} bytes, but an image takes ${imageBytes}: it is cut short`,
    () => 'Download and unpack the archive again.',
  ),
  labelWithoutName: when(
    ({ image, label, classes }: { image: number; label: number; classes: number }) =>
      `image ${image} has the label ${label}, but only ${classes} classes have names`,
    () => 'Download and unpack the archive again.',
  ),
};

/** Of an icon set from npm. */
export const iconSetCases = {
  notAPackageName: always(
    'this is not the name of an npm package',
    'Give a name such as "@iconify-json/twemoji".',
  ),
  packageNotInstalled: when<{ name: string }>(
    () => 'the package is not installed',
    ({ name }) => `Run: npm install ${name}`,
  ),
  notAnIconSet: always(
    'the package is installed, but it is not an icon set: it has no icons.json',
    fileHints.iconSet,
  ),
  noCategories: always(
    'the icon set has no categories, which would be the classes',
    'Name a set whose metadata.json has "categories", such as "@iconify-json/twemoji".',
  ),
  packageFileUnreadable: always('the file is not readable as JSON', 'Install the package again.'),
  iconMissing: when(
    ({ icon }: { icon: string }) => `a category lists the icon "${icon}", which icons.json does not hold`,
    () => 'Install the package again, or another version of it.',
  ),
  noIcon: always('no category of the icon set holds an icon that can be used', 'Name another set.'),
};

/** Of `classes`, whatever the reader. */
export const selectionCases = {
  noSuchClass: when(
    ({ name, there }: { name: string; there: string }) => `there is no class "${name}" (there are: ${there})`,
    () =>
      'Correct "classes" in run.yaml: it takes the names that the data set has, not those that readers see.',
  ),
  classUnreadable: when(
    ({ name, images, image, problem }: { name: string; images: number; image: string; problem: string }) =>
      `${images === 1 ? 'the only image' : `none of the ${images} images`} of the class "${name}" ${images === 1 ? "can't" : 'can'} be decoded; ${image}: ${problem}`,
    () =>
      'Replace the images, or leave the class out: "classes" under "dataset" in run.yaml lists those that are used. "onUnreadable: skip" leaves out images, not classes.',
  ),
  classTwice: when(
    ({ name }: { name: string }) => `"classes" names the class "${name}" twice`,
    () => 'Leave one of them out.',
  ),
};

const KINDS =
  'Name a folder of <class>/<image>, a Parquet file or a folder of them, or the binary archive of CIFAR-10 or CIFAR-100.';

/** Of the path behind `--images`. */
export const typedPathCases = {
  typedPathMissing: always('there is no such file or folder', 'Check the path behind --images.'),
  oneImage: always('this is one image', 'Name the folder that holds a folder of images for each class.'),
  otherArchive: always('this kind of archive is not read', `Unpack it. ${KINDS}`),
  otherFile: always('this file is no evaluation set', KINDS),
  severalKinds: always(
    'the folder holds both Parquet files and images',
    'Name the folder of one of them, or a Parquet file; or say in run.yaml what the "dataset" is.',
  ),
  noKind: always('the folder holds neither images nor Parquet files', KINDS),
};
