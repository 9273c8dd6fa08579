/** Kinds of evaluation sets. */
import { z } from 'zod';
import { hexColour } from './colour.ts';

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
});

const imageFolderSchema = z.strictObject({
  type: z.literal('image-folder'),
  /** Folder with `<class>/<file>` images or a `metadata.csv` / `metadata.jsonl`; relative to run.yaml. */
  path: z.string().min(1),
  /**
   * Column of the metadata file that holds the class.
   * @default 'label'
   */
  labelColumn: z.string().min(1).default('label'),
});

/** The evaluation set of a run. */
export const datasetSchema = z.discriminatedUnion('type', [iconSetSchema, imageFolderSchema]);

export type DatasetOptions = z.output<typeof datasetSchema>;
export type IconSetOptions = z.output<typeof iconSetSchema>;
export type ImageFolderOptions = z.output<typeof imageFolderSchema>;
