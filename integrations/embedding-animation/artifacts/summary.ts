/** The small figures of a run that pages are built with: no coordinates, no pictures. */
import { z } from 'zod';
import { wordsSchema } from '../options/index.ts';
import type { RunId } from '../run-ids.ts';

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

/** What exists once a run has been rendered. File names are relative to the run's folder. */
export const renderedSchema = z.object({
  width: z.int(),
  height: z.int(),
  secondsPerFrame: z.number(),
  holdSeconds: z.number(),
  gif: z.string(),
  gifBytes: z.int(),
  json: z.string(),
  frames: z.array(z.string()),
  perFrame: z.array(perFrameSchema),
});

/** Facts of a run that need no embedding. */
const overviewSchema = z.object({
  /** The name of the run's folder. */
  id: z.string(),
  /** The id as it can stand in a route: letters and digits of any script, dot, underscore and hyphen. */
  slug: z.string(),
  title: z.string(),
  description: z.string().optional(),
  credit: z.object({ text: z.string(), url: z.string().optional() }).optional(),
  modelType: z.string(),
  hiddenSize: z.int(),
  parameters: z.int(),
  images: z.int(),
  /** As readers see them, in the author's order. */
  classNames: z.array(z.string()),
  /** `#rrggbb`, one a class. */
  classColours: z.array(z.string()),
  /** Of pictures, player and texts: a BCP 47 tag, and the words that are not the package's own. */
  language: z.object({ locale: z.string(), words: wordsSchema.optional() }),
  /** Names of the classes' markers on the map, one a class. */
  classMarkers: z.array(z.string()),
  /** SVG path data by the markers' names: around (0, 0), within ±18, to be filled with the class's colour. */
  markerPaths: z.record(z.string(), z.string()),
  training: z.object({
    steps: z.array(z.int()),
    lastStep: z.int(),
    epochs: z.number().optional(),
    losses: z.object({ first: z.number().optional(), last: z.number().optional() }),
    /** Classes that the model tells apart, which accuracies count; 0 where its config.json does not say. */
    classes: z.int(),
    accuracies: z.array(z.object({ step: z.int(), accuracy: z.number() })),
  }),
});

export type Rendered = z.output<typeof renderedSchema>;
export type RunOverview = z.output<typeof overviewSchema>;

/** The schema of an entry of the runs collection. */
export const summarySchema = overviewSchema.extend({
  animation: renderedSchema
    .omit({ gif: true, json: true, frames: true })
    .extend({
      frames: z.int(),
      urls: z.object({
        gif: z.string(),
        json: z.string(),
        still: z.string(),
        first: z.string(),
        frames: z.array(z.string()),
      }),
    })
    .optional(),
});

/** What `getRun` of `virtual:embedding-animation/runs` and the runs collection give. */
export type RunSummary = Omit<z.output<typeof summarySchema>, 'id'> & { readonly id: RunId };

/** Joins what is known of a run with the addresses of its files below `url`, which ends in a slash. */
export function summariseRun(overview: RunOverview, rendered: Rendered | undefined, url: string): RunSummary {
  if (rendered === undefined) return overview;
  const { gif, json, frames, ...figures } = rendered;
  const at = (file: string) => `${url}${encodeURIComponent(overview.slug)}/${file}`;
  return {
    ...overview,
    animation: {
      ...figures,
      frames: frames.length,
      urls: {
        gif: at(gif),
        json: at(json),
        still: at(frames.at(-1) ?? ''),
        first: at(frames[0] ?? ''),
        frames: frames.map(at),
      },
    },
  };
}
