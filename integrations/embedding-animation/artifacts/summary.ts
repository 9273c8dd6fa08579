/** The small figures of a run that pages are built with: no coordinates, no pictures. */
import { z } from 'zod';

const perFrameSchema = z.object({
  step: z.int(),
  epoch: z.number().optional(),
  loss: z.number().optional(),
  accuracy: z.number().optional(),
  explainedVariance: z.tuple([z.number(), z.number()]),
  disparity: z.number(),
  meanDistance: z.number(),
  outliers: z.array(z.object({ name: z.string(), className: z.string(), score: z.number() })),
});

const variantSchema = z.object({
  theme: z.enum(['light', 'dark']),
  arrangement: z.enum(['main', 'portrait']),
  width: z.int(),
  height: z.int(),
  gifBytes: z.int(),
});

/** What exists once a run has been rendered. File names are relative to the run's folder. */
export const renderedSchema = z.object({
  secondsPerFrame: z.number(),
  holdSeconds: z.number(),
  json: z.string(),
  /** The first is what the run is shown with where one must do. */
  variants: z.array(variantSchema.extend({ gif: z.string(), frames: z.array(z.string()) })).min(1),
  perFrame: z.array(perFrameSchema),
});

/** Facts of a run that need no embedding. */
const overviewSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().optional(),
  credit: z.object({ text: z.string(), url: z.string().optional() }).optional(),
  modelType: z.string(),
  hiddenSize: z.int(),
  parameters: z.int(),
  images: z.int(),
  classNames: z.array(z.string()),
  classColours: z.array(z.string()),
  training: z.object({
    steps: z.array(z.int()),
    lastStep: z.int(),
    epochs: z.number().optional(),
    losses: z.object({ first: z.number().optional(), last: z.number().optional() }),
    accuracies: z.array(z.object({ step: z.int(), accuracy: z.number() })),
  }),
});

export type Rendered = z.output<typeof renderedSchema>;
export type RunOverview = z.output<typeof overviewSchema>;

const urlsSchema = z.object({
  gif: z.string(),
  still: z.string(),
  first: z.string(),
  frames: z.array(z.string()),
});

/** The schema of an entry of the runs collection. */
export const summarySchema = overviewSchema.extend({
  animation: renderedSchema
    .omit({ json: true, variants: true })
    .extend({
      width: z.int(),
      height: z.int(),
      gifBytes: z.int(),
      frames: z.int(),
      urls: urlsSchema.extend({ json: z.string() }),
      /** Every set of pictures, the one above first. */
      variants: z.array(variantSchema.extend({ urls: urlsSchema })),
    })
    .optional(),
});

/** What `getRun` of `virtual:embedding-animation/runs` and the runs collection give. */
export type RunSummary = z.output<typeof summarySchema>;

/** Joins what is known of a run with the addresses of its files below `url`, which ends in a slash. */
export function summariseRun(overview: RunOverview, rendered: Rendered | undefined, url: string): RunSummary {
  if (rendered === undefined) return overview;
  const { json, variants, ...figures } = rendered;
  const at = (file: string) => `${url}${overview.id}/${file}`;
  const located = variants.map(({ gif, frames, ...variant }) => ({
    ...variant,
    urls: {
      gif: at(gif),
      still: at(frames.at(-1) ?? ''),
      first: at(frames[0] ?? ''),
      frames: frames.map(at),
    },
  }));
  const { width, height, gifBytes, urls } = located[0]!; // the schema asks for one
  return {
    ...overview,
    animation: {
      ...figures,
      width,
      height,
      gifBytes,
      frames: urls.frames.length,
      urls: { ...urls, json: at(json) },
      variants: located,
    },
  };
}
