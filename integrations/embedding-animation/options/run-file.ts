/** `run.yaml`: what a run says of itself, of its checkpoints, and of how they are embedded. */
import { z } from 'zod';
import { runAnimationSchema } from './animation.ts';
import { datasetSchema } from './dataset.ts';
import { fontsSchema, localeSchema, wordsSchema } from './language.ts';
import { mapsSchema } from './maps.ts';

// --- checkpoints

const RELATIVE =
  'must be a folder in the run, such as "epoch_*" or "run-0/checkpoint-100"; "." is the run itself';

/** `a`, `a/b` or `.`: no way out of the run's folder, and no other sign than `*` that stands for something. */
const checkpointFolder = z
  .string()
  .min(1)
  .refine((path) => path === '.' || isBelow(path), RELATIVE)
  .refine((path) => !path.includes('**'), '"**" is no pattern here: "*" stands for any part of one name');

const exactFolder = checkpointFolder.refine(
  (path) => !path.includes('*'),
  'with a "step" it must be one folder, without "*"',
);

const checkpointEntry = z.union([
  checkpointFolder,
  z.strictObject({
    /** One folder below the run's, such as `base`; `.` is the run's own. */
    folder: exactFolder,
    /** Global step of the model in it; 0 is the model before its training. */
    step: z.int().min(0),
  }),
]);

/** A pattern, or a list of patterns and of folders with their steps. */
const checkpointsSchema = z.union([checkpointFolder, z.array(checkpointEntry).min(1)]);

/** What `checkpoints` in run.yaml may say. */
export type CheckpointsOption = z.output<typeof checkpointsSchema>;

function isBelow(path: string): boolean {
  return !path.includes('\\') && path.split('/').every((name) => !['', '.', '..'].includes(name));
}

// --- embedding

/** What a run says of its embeddings. */
const embeddingSchema = z.strictObject({
  /**
   * What a checkpoint's embeddings are made from. `weights`: its safetensors files; `onnx`: its ONNX export;
   * `stored`: `embedding.safetensors`, `.npy` or `.parquet` beside it; `auto`: the first of these that is there,
   * leaving out weights of an architecture that can't be built.
   * @default 'auto'
   */
  from: z.enum(['auto', 'weights', 'onnx', 'stored']).default('auto'),
  /**
   * How an image's tokens become one embedding. `cls`: the first token; `mean`: the mean of all; `patches`: the mean of
   * those of the image's patches; `cls+patches`: the first token and that mean side by side, twice as wide; `pooler`:
   * what the model's own pooler makes of them.
   * @default what the last checkpoint's classifier reads; without one what the model was trained for, and `cls` for an
   * ONNX export
   */
  pooling: z.enum(['cls', 'mean', 'patches', 'cls+patches', 'pooler']).optional(),
  /**
   * Folder of the model that the run's adapters (LoRA) were trained on, from the run's folder or the project's. Nothing
   * is downloaded.
   * @default what `base_model_name_or_path` of adapter_config.json names: a folder, or a model in Hugging Face's cache
   */
  base: z.string().min(1).optional(),
  /**
   * Which ONNX export is taken, by the names of transformers.js. `auto` takes the most exact one that is there.
   * Weights in safetensors files are always computed with in float32.
   * @default 'auto'
   */
  dtype: z.enum(['auto', 'fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4']).default('auto'),
  /**
   * Which column of `embedding.parquet` holds the embeddings as lists, or which tensor of `embedding.safetensors` does.
   * `dim_*` stands for columns of numbers, one a dimension: `dim_0`, `dim_1` and so on.
   * @default what surely does: `embedding` or `embeddings`, the only lists of floats, floats that are called alike and
   * numbered through; the only matrix of floats in a safetensors file
   */
  column: z.string().min(1).optional(),
});

export type EmbeddingOptions = z.output<typeof embeddingSchema>;
export type Dtype = EmbeddingOptions['dtype'];

// --- the file

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
   * Maps of the run, each with its own pictures, GIF and data; the first is the one that is shown first. Each is the name
   * of a projection, such as `pooled`, or an object.
   * @default the integration's
   */
  maps: mapsSchema.optional(),
  /**
   * Also compute the figures of all maps that the run could have, without drawing them: what
   * `astro-embedding-animation compare` prints, for `<MapComparison>`.
   * @default false
   */
  compareMaps: z.boolean().default(false),
  /**
   * Also store each checkpoint's embeddings beside it as `embedding.safetensors`, and where it has a classification head
   * its logits as `logits.safetensors`.
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
