/** Options: one strict zod schema is the truth for each door. Unknown keys are errors. */
import { z } from 'zod';
import { EmbeddingAnimationError, type ErrorName, type ErrorPlace } from './errors.ts';

const hexColour = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as "#1f77b4"');

/** What may be said of an animation, by name; see `animationSchema` for effects and defaults. */
const animationFields = {
  width: z.int().min(320).max(4096),
  height: z.int().min(320).max(4096),
  theme: z.enum(['light', 'dark']),
  palette: z.array(hexColour).min(1),
  secondsPerFrame: z.number().min(0.02).max(60),
  holdSeconds: z.number().min(0).max(600),
  lossAxis: z.enum(['step', 'epoch']),
  mapSize: z.enum(['equal', 'fitted']),
};

/** How the animation looks and plays, for all runs. */
export const animationSchema = z.strictObject({
  /**
   * Width of a frame in px. Everything in it scales along.
   * @default 1200
   */
  width: animationFields.width.default(1200),
  /**
   * Height of a frame in px.
   * @default 800
   */
  height: animationFields.height.default(800),
  /**
   * Colours of paper and ink.
   * @default 'light'
   */
  theme: animationFields.theme.default('light'),
  /**
   * One colour a class, `#rrggbb`, in class order; repeated when there are more classes.
   * @default a palette that colour-blind readers can tell apart
   */
  palette: animationFields.palette.optional(),
  /**
   * Seconds each frame is shown. GIF timing is in hundredths of a second.
   * @default 0.35
   */
  secondsPerFrame: animationFields.secondsPerFrame.default(0.35),
  /**
   * Seconds the last frame is held before the loop starts again.
   * @default 3
   */
  holdSeconds: animationFields.holdSeconds.default(3),
  /**
   * Quantity on the loss curve's horizontal axis.
   * @default 'step'
   */
  lossAxis: animationFields.lossAxis.default('step'),
  /**
   * Size at which maps are drawn. `equal`: all have the same root-mean-square radius, so that a map that has
   * little in common with the last one can be read too. `fitted`: as Procrustes scales them, by √(1 − disparity),
   * so that a map shrinks the worse it fits. Published coordinates are the fitted ones in both cases.
   * @default 'equal'
   */
  mapSize: animationFields.mapSize.default('equal'),
});

/** The same for one run: no defaults, so that what is absent comes from the integration's options. */
const runAnimationSchema = z.strictObject(animationFields).partial();

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

/** `run.yaml`: what a run needs beside its Trainer folder. */
export const runFileSchema = z.strictObject({
  /** Shown above the animation. */
  title: z.string().min(1),
  /** What was trained on what, in a sentence or two. */
  description: z.string().min(1).optional(),
  /** Who made the images, and under which licence. Shown with the animation. */
  credit: z.strictObject({ text: z.string().min(1), url: z.url().optional() }).optional(),
  /** The images that every checkpoint embeds. */
  dataset: datasetSchema,
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
  /** Looks of this run's animation; what is not given comes from the integration's options. */
  animation: runAnimationSchema.optional(),
});

/** Options of the integration. */
export const optionsSchema = z.strictObject({
  /**
   * Folder of runs, relative to the project: each folder in it that holds a `run.yaml` is a run.
   * @default './content/runs'
   */
  runs: z.string().min(1).default('./content/runs'),
  /**
   * Path of the emitted files below the site's `base`.
   * @default 'embedding-animation'
   */
  path: z
    .string()
    .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, 'must be URL path segments of A-Z a-z 0-9 . _ -')
    .default('embedding-animation'),
  /**
   * Most worker threads, embedding and drawing.
   * @default the number of available cores
   */
  threads: z.int().min(1).optional(),
  /** Looks of all animations. */
  animation: animationSchema.prefault({}),
});

export type EmbeddingAnimationOptions = z.input<typeof optionsSchema>;
export type ResolvedOptions = z.output<typeof optionsSchema>;
export type AnimationOptions = z.output<typeof animationSchema>;
export type RunAnimation = z.output<typeof runAnimationSchema>;
export type DatasetOptions = z.output<typeof datasetSchema>;
export type IconSetOptions = z.output<typeof iconSetSchema>;
export type ImageFolderOptions = z.output<typeof imageFolderSchema>;
export type RunFile = z.output<typeof runFileSchema>;

/**
 * Parses `value` by `schema`.
 * @throws EmbeddingAnimationError named `name` that lists every key that is wrong, with its path
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: ErrorName,
  place: ErrorPlace & { readonly hint: string },
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new EmbeddingAnimationError(name, { ...place, problem: describeIssues(parsed.error) });
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`))
    .join('; ');
}
