import { z } from 'zod';
import { runAnimationSchema } from './animation.ts';
import { checkpointsSchema } from './checkpoints.ts';
import { datasetSchema } from './dataset.ts';
import { embeddingSchema } from './embedding.ts';
import { fontsSchema, localeSchema, wordsSchema } from './language.ts';

/** Schemes of addresses that a page may lead to: any other may run as a script, or open a program. */
const LINKED = /^(?:https?|mailto)$/;
/** Browsers drop line breaks and tabs from addresses, and take one without slashes for a path. */
const LINK = /^(?:https?:\/\/|mailto:)[^\s\p{Cc}]+$/iu;
const WRONG_LINK = 'must be an address that starts with https://, http:// or mailto:';

/** `run.yaml`: what a run needs beside its Trainer folder. */
export const runFileSchema = z.strictObject({
  /**
   * Shown above the animation.
   * @default the name of the run's folder
   */
  title: z.string().min(1).optional(),
  /** What was trained on what, in a sentence or two. */
  description: z.string().min(1).optional(),
  /** Who made the images, and under which licence. Shown with the animation. */
  credit: z
    .strictObject({
      /** Names and licence, as they are shown. */
      text: z.string().min(1),
      /** Where `text` links to: an address that starts with `https://`, `http://` or `mailto:`. */
      url: z.url({ protocol: LINKED, error: WRONG_LINK }).regex(LINK, WRONG_LINK).optional(),
    })
    .optional(),
  /** The images that every checkpoint embeds. */
  dataset: datasetSchema,
  /**
   * Which folders are the checkpoints: a pattern such as `epoch_*` or `run-0/checkpoint-*`, in which `*` stands for any
   * part of one name; `.` for a model in the run's own folder; or a list of them. A checkpoint's step is the number in
   * `checkpoint-<step>`, else `global_step` of the folder's trainer_state.json, else the last number in what `*` stands
   * for or in the name. `{ folder: base, step: 0 }` in the list says it. Two folders of one step are an error.
   * @default every `checkpoint-<step>` in the run's folder
   */
  checkpoints: checkpointsSchema.optional(),
  /**
   * Which accuracy frames show: the name of an evaluation set, as in `eval_<name>_accuracy`, where the Trainer evaluated
   * several; or the whole key of an accuracy that has another name, such as `eval_acc`.
   * @default `eval_accuracy`, else that of the first evaluation set in the log
   */
  evaluation: z.string().min(1).optional(),
  /** How embeddings are made. */
  embedding: embeddingSchema.prefault({}),
  /**
   * Neighbours used for outlier scores.
   * @default min(10, n − 1), as cleanlab
   */
  k: z.int().min(1).optional(),
  /**
   * Also store each checkpoint's embeddings beside it as `embedding.safetensors`.
   * @default false
   */
  storeEmbeddings: z.boolean().default(false),
  /**
   * Language of this run's pictures, player, caption and text alternative, as a BCP 47 tag such as `ja`.
   * @default the integration's
   */
  locale: localeSchema.optional(),
  /**
   * Words of this run in its language, such as `accuracy: 'Genauigkeit {share}'`. What is not given is said as
   * everywhere else.
   * @default the integration's
   */
  words: wordsSchema.optional(),
  /**
   * Packages of the site whose fonts this run's pictures are set in, in the place of the integration's.
   * @default the integration's
   */
  fonts: fontsSchema.optional(),
  /** Looks of this run's animation; what is not given comes from the integration's options. */
  animation: runAnimationSchema.optional(),
});

/** A run's description once its title is known. */
export type RunFile = z.output<typeof runFileSchema> & { readonly title: string };

/** Fills in what is said elsewhere than in run.yaml: the title is the folder's name unless it says another. */
export function completeRunFile(said: z.output<typeof runFileSchema>, folderName: string): RunFile {
  return { ...said, title: said.title ?? folderName };
}
