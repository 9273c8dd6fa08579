/** Kinds of evaluation sets. */
import { z } from 'zod';
import { hexColour } from './colour.ts';

/** Options of every kind: which images of the set are used. Their order stays the set's. */
const selectionFields = {
  /**
   * Names of the classes that are used.
   * @default all of them
   */
  classes: z.array(z.string().min(1)).min(1).optional(),
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
  background: hexColour.default('#ffffff'),
  ...selectionFields,
});

const imageFolderSchema = z.strictObject({
  type: z.literal('image-folder'),
  /** Folder with `<class>/<file>` images or a `metadata.csv` / `metadata.jsonl`; relative to run.yaml. */
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
  labels: z.enum(['fine', 'coarse']).optional(),
  ...selectionFields,
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
