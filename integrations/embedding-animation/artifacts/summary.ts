/** The small figures of a run that pages are built with: no coordinates, no pictures. */
import { z } from 'zod';
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

/** What a page needs of finished files. */
interface FinishedFiles {
  readonly rendered: Rendered;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** Digits of a file's hash in its address: enough to tell its versions apart. */
const VERSION_DIGITS = 8;

/** What follows `?v=` in the address of a file with this sha256 (hex). */
export function versionOf(sha256: string): string {
  return sha256.slice(0, VERSION_DIGITS);
}

/**
 * The address of a run's file. Its query changes with the file's content, so that browsers and hosts may keep what
 * they have; any static host serves the file under the address with or without it.
 * @param url what is below: the site's base and the integration's path, ending in a slash
 */
function addressFile(url: string, id: string, { name, sha256 }: FinishedFiles['files'][number]): string {
  return `${url}${id}/${name}?v=${versionOf(sha256)}`;
}

/** Joins what is known of a run with the addresses of its files below `url`, which ends in a slash. */
export function summariseRun(
  overview: RunOverview,
  finished: FinishedFiles | undefined,
  url: string,
): RunSummary {
  if (finished === undefined) return overview;
  const { gif, json, frames, ...figures } = finished.rendered;
  const addresses = new Map(finished.files.map((file) => [file.name, addressFile(url, overview.id, file)]));
  const at = (name: string) => addresses.get(name) ?? '';
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
