/** Kinds of evaluation sets, and which of their classes are used. */
import { basename, isAbsolute } from 'node:path';
import { z } from 'zod';
import { findSameNames } from '../names.ts';

// --- classes

const className = z.string('must be the name of a class').min(1, 'must be the name of a class');
const displayNameSchema = z.string('must be text').trim().min(1, 'must be text');

/** A class by its name in the set, and what readers see in its place. */
const namedClass = z.strictObject({ name: className, displayName: displayNameSchema });

const classListSchema = z
  .array(z.union([className, namedClass], 'must be the name of a class'))
  .min(1, 'must name a class');

/** `{ truck: トラック, cat: 猫 }`; a name with nothing beside it is shown as it is. */
const classMappingSchema = z
  .record(className, displayNameSchema.nullable())
  .transform((names) =>
    Object.entries(names).map(([key, shown]) => (shown === null ? key : { name: key, displayName: shown })),
  )
  .pipe(classListSchema);

const CLASSES_WAYS = 'must be a list of names, or a mapping from names to display names';

/**
 * The option `classes`: a list of names, or a mapping to display names, which becomes a list so that its order is
 * kept whatever becomes of it. No class twice, and no two that readers could not tell apart.
 */
const classesSchema = z
  .union([classListSchema, classMappingSchema], CLASSES_WAYS)
  .superRefine((classes, context) => {
    const names = classes.map(nameOf);
    const [twice] = findSameNames(names) ?? [];
    if (twice !== undefined)
      context.addIssue({ code: 'custom', message: `names the class "${twice}" twice` });
    const [shownTwice] = findSameNames(classes.map(displayNameOf)) ?? [];
    if (twice === undefined && shownTwice !== undefined) {
      context.addIssue({ code: 'custom', message: `calls two classes "${shownTwice}"` });
    }
  });

/** One class of the option `classes`. */
export type ClassChoice = z.output<typeof classListSchema>[number];

/** A class's name in the set. */
export function nameOf(choice: ClassChoice): string {
  return typeof choice === 'string' ? choice : choice.name;
}

/** What readers see. */
export function displayNameOf(choice: ClassChoice): string {
  return typeof choice === 'string' ? choice : choice.displayName;
}

// --- the sets

/** Options of every kind: which images of the set are used, and what their classes are called. */
const selectionFields = {
  /**
   * The classes that are used, in the order in which legend, colours and JSON have them: a list of their names, or a
   * mapping from each name to the one that readers see: `{ truck: トラック, cat: 猫 }`. The order of the images stays
   * the set's. Another order or other display names embed nothing again.
   * @default all of them, in the order of the set
   */
  classes: classesSchema.optional(),
  /**
   * Most images of each class; a smaller class is used whole. Which ones is decided by `seed` and their names.
   * @default all of them
   */
  perClass: z.int().min(1).optional(),
  /**
   * Another seed chooses other images.
   * @default 0
   */
  seed: z.int().min(0).optional(),
  /**
   * Whose classes the images are labelled with. `model`: classes that the model was trained on; one that it does not
   * know is an error. `own`: the set's own, whatever the model knows, as in a study of outliers that no training has
   * seen. Accuracies are in either case what the Trainer logged, on the set that it evaluated.
   * @default 'model'
   */
  labels: z.enum(['model', 'own']).optional(),
  /**
   * What happens to an image that can not be decoded, or that is missing in its row. `refuse`: the build ends with an
   * error that names it. `skip`: it is left out of all frames and listed in a notice; a class that would be empty is
   * an error. Of ready embeddings that have a row for it that row is left out too. Which images are unreadable is found
   * out by decoding all of them once, and remembered.
   * @default 'refuse'
   */
  onUnreadable: z.enum(['refuse', 'skip']).optional(),
};

/** Options of sets of photos. */
const photoFields = {
  /**
   * Whether photos are turned as their EXIF data say. `apply`: as the `datasets` library and `training/finetune.py` do
   * when they decode. `ignore`: as `PIL.Image.open` and torchvision's `ImageFolder` do, for a training that read its
   * images through them. A TIFF is turned either way, since Pillow does that while it decodes.
   * @default 'apply'
   */
  exifOrientation: z.enum(['apply', 'ignore']).optional(),
};

const iconSetSchema = z.strictObject({
  type: z.literal('icon-set'),
  /** npm package in Iconify's JSON layout, such as `@iconify-json/twemoji`. Resolved from the project. */
  package: z.string().min(1),
  /**
   * Side in px at which an icon is drawn before the model's own preprocessing.
   * @default 96
   */
  size: z.int().min(16).max(512).default(96),
  /**
   * Whether skin-tone variants of an emoji are kept.
   * @default false
   */
  skinTones: z.boolean().default(false),
  /**
   * `#rrggbb` behind transparent icons.
   * @default '#ffffff'
   */
  background: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as "#1f77b4"')
    .default('#ffffff'),
  ...selectionFields,
});

const imageFolderSchema = z.strictObject({
  type: z.literal('image-folder'),
  /**
   * Folder with `<class>/<file>` images, or with a `metadata.csv`, `metadata.jsonl` or `metadata.parquet` at any depth,
   * which then alone decides the labels, as in the datasets library; relative to run.yaml.
   */
  path: z.string().min(1),
  /**
   * Subfolder with the split, such as `test`, in the layout `<split>/<class>/<file>`.
   * @default `path` itself
   */
  split: z.string().min(1).optional(),
  /**
   * Column of the metadata file that holds the class.
   * @default 'label'
   */
  labelColumn: z.string().min(1).default('label'),
  /**
   * Leaves metadata files alone: the folders are the classes whatever such files say, as for torchvision's `ImageFolder`.
   * @default false
   */
  ignoreMetadata: z.boolean().optional(),
  ...photoFields,
  ...selectionFields,
});

const parquetSchema = z.strictObject({
  type: z.literal('parquet'),
  /** A Parquet file, or a folder with `<split>-00000-of-00001.parquet` at any depth; relative to run.yaml. */
  path: z.string().min(1),
  /**
   * Which split of the folder.
   * @default 'test' where there is one, else 'validation', else the only one
   */
  split: z.string().min(1).optional(),
  /**
   * Column of images: `{bytes, path}`, or bytes alone.
   * @default the first Image of the file's `huggingface` metadata, else 'image'
   */
  imageColumn: z.string().min(1).optional(),
  /**
   * Column of classes: whole numbers or text.
   * @default the first ClassLabel of the file's `huggingface` metadata, else 'label'
   */
  labelColumn: z.string().min(1).optional(),
  ...photoFields,
  ...selectionFields,
});

const cifarSchema = z.strictObject({
  type: z.literal('cifar'),
  /**
   * The official binary archive of CIFAR-10 or CIFAR-100 (`cifar-10-binary.tar.gz`), or the folder it unpacks to;
   * relative to run.yaml.
   */
  path: z.string().min(1),
  /**
   * Which images of the archive: the test set, or the training set.
   * @default 'test'
   */
  split: z.enum(['test', 'train']).default('test'),
  /**
   * Which of CIFAR-100's two labels: 100 fine classes or 20 coarse ones. CIFAR-10 has one label.
   * @default 'fine'
   */
  granularity: z.enum(['fine', 'coarse']).optional(),
  ...selectionFields,
  /**
   * Whose classes the images are labelled with: `model` or `own`, as for other sets. `fine` and `coarse` are an
   * older way to write `granularity`.
   * @default 'model'
   */
  labels: z.enum(['model', 'own', 'fine', 'coarse']).optional(),
});

/** The evaluation set of a run. */
export const datasetSchema = z.discriminatedUnion('type', [
  iconSetSchema,
  imageFolderSchema,
  parquetSchema,
  cifarSchema,
]);

export type DatasetOptions = z.output<typeof datasetSchema>;
export type IconSetOptions = z.output<typeof iconSetSchema>;
export type ImageFolderOptions = z.output<typeof imageFolderSchema>;
export type ParquetOptions = z.output<typeof parquetSchema>;
export type CifarOptions = z.output<typeof cifarSchema>;

/** Which images of a set are used, whatever its kind. */
export type SelectionOptions = Pick<DatasetOptions, keyof typeof selectionFields>;

/**
 * The options without what only this machine has: of an absolute `path` the last part is kept. For all that is
 * published or committed.
 */
export function portableDataset<Options extends object>(options: Options): Options {
  if (!('path' in options) || typeof options.path !== 'string' || !isAbsolute(options.path)) return options;
  return { ...options, path: basename(options.path) };
}
