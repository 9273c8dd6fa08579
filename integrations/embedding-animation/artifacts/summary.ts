/** The small figures of a run that pages are built with: no coordinates, no pictures. */
import { z } from 'zod';
import type { CheckpointForm } from '../contracts.ts';
import { publishedNumber, summaryFigures } from '../frame-figures.ts';
import { mapOptionsSchema, wordsSchema } from '../options/index.ts';
import type { RunId } from '../run-ids.ts';

/** What a checkpoint's embeddings are made from, as `contracts.ts` says it. */
export const checkpointFormSchema = z.enum({
  weights: 'weights',
  adapter: 'adapter',
  onnx: 'onnx',
  embeddings: 'embeddings',
  packed: 'packed',
} satisfies { readonly [Form in CheckpointForm]: Form });

const perFrameSchema = summaryFigures.frame.extend({
  outliers: z.array(
    z.object({
      name: z.string(),
      className: z.string(),
      score: publishedNumber(),
      /** Mean distance to its neighbours, in multiples of the median image's. */
      distanceRatio: publishedNumber(),
    }),
  ),
});

const variantSchema = z.object({
  theme: z.enum(['light', 'dark']),
  arrangement: z.enum(['main', 'portrait']),
  width: z.int(),
  height: z.int(),
  gifBytes: z.int(),
});

/** A map by its options and its figures. */
const comparedMapSchema = z.object({
  ...mapOptionsSchema.shape,
  ...summaryFigures.wholeMap.shape,
  /** In step order. */
  perFrame: z.array(summaryFigures.map),
});

const mapSchema = comparedMapSchema.extend({
  /** Of a map of classes, around the circle. */
  anchors: z
    .array(z.object({ name: z.string(), class: z.int().optional(), x: z.number(), y: z.number() }))
    .optional(),
});

/** What exists once a run has been rendered; parsing rounds its figures. File names are relative to the run's folder. */
export const renderingSummarySchema = z.object({
  secondsPerFrame: z.number(),
  holdSeconds: z.number(),
  /** How many nearest neighbours of an image its figures are about. */
  neighbours: z.int(),
  perFrame: z.array(perFrameSchema),
  /** The first is what the run is shown with where one must do. */
  maps: z
    .array(
      mapSchema.extend({
        json: z.string(),
        /** The first is what the map is shown with where one must do. */
        variants: z.array(variantSchema.extend({ gif: z.string(), frames: z.array(z.string()) })).min(1),
      }),
    )
    .min(1),
  /** Maps that the run could have, where the author asked for it. */
  comparison: z
    .object({ maps: z.array(comparedMapSchema), embeddingHits: z.array(publishedNumber()) })
    .optional(),
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

export type RenderingSummary = z.output<typeof renderingSummarySchema>;
export type RunOverview = z.output<typeof overviewSchema>;

const urlsSchema = z.object({
  gif: z.string(),
  still: z.string(),
  first: z.string(),
  frames: z.array(z.string()),
});

/** The pictures of a map, in each of their variants, and where they are. */
const locatedMap = {
  width: z.int(),
  height: z.int(),
  gifBytes: z.int(),
  urls: urlsSchema.extend({ json: z.string() }),
  /** Every set of pictures, the one above first. */
  variants: z.array(variantSchema.extend({ urls: urlsSchema })),
};

/** The schema of an entry of the runs collection. */
export const summarySchema = overviewSchema.extend({
  /** What is told of a frame's map, and where pictures are, is of the map that is shown first. */
  animation: renderingSummarySchema
    .extend({
      ...locatedMap,
      frames: z.int(),
      perFrame: z.array(perFrameSchema.extend(summaryFigures.map.shape)),
      /** All maps, the first among them. */
      maps: z.array(mapSchema.extend(locatedMap)),
    })
    .optional(),
});

/** What `getRun` of `virtual:embedding-animation/runs` and the runs collection give. */
export type RunSummary = Omit<z.output<typeof summarySchema>, 'id'> & { readonly id: RunId };

/** What a page needs of a rendering. */
interface SummarisedFiles {
  readonly rendered: RenderingSummary;
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
function addressFile(url: string, slug: string, { name, sha256 }: SummarisedFiles['files'][number]): string {
  return `${url}${encodeURIComponent(slug)}/${name}?v=${versionOf(sha256)}`;
}

/** Joins what is known of a run with the addresses of its files below `url`, which ends in a slash. */
export function summariseRun(
  overview: RunOverview,
  rendering: SummarisedFiles | undefined,
  url: string,
): RunSummary {
  if (rendering === undefined) return overview;
  const { maps, perFrame, ...others } = rendering.rendered;
  const addresses = new Map(
    rendering.files.map((file) => [file.name, addressFile(url, overview.slug, file)]),
  );
  const located = maps.map((map) => locateMap(map, (name) => addresses.get(name) ?? ''));
  const { width, height, gifBytes, urls, variants, perFrame: ofFirst } = located[0]!; // the schema asks for one
  return {
    ...overview,
    animation: {
      ...others,
      width,
      height,
      gifBytes,
      urls,
      variants,
      frames: perFrame.length,
      perFrame: perFrame.map((frame, index) => ({ ...frame, ...ofFirst[index]! })), // as many as the run has
      maps: located,
    },
  };
}

/** A map with the addresses of its files. */
function locateMap(
  { json, variants, ...map }: RenderingSummary['maps'][number],
  addressOf: (name: string) => string,
) {
  const located = variants.map(({ gif, frames, ...variant }) => ({
    ...variant,
    urls: {
      gif: addressOf(gif),
      still: addressOf(frames.at(-1) ?? ''),
      first: addressOf(frames[0] ?? ''),
      frames: frames.map(addressOf),
    },
  }));
  const { width, height, gifBytes, urls } = located[0]!; // the schema asks for one
  return { ...map, width, height, gifBytes, urls: { ...urls, json: addressOf(json) }, variants: located };
}
