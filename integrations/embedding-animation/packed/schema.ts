/** `packed/run.json`: all that a pack holds but long columns of numbers and pictures, which lie beside it. */
import { z } from 'zod';
import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { frameFigures } from '../frame-figures.ts';
import { noticeSchema } from '../notices.ts';
import { mapOptionsSchema } from '../options/index.ts';

/** Raised when a pack written before can't be read any more. */
export const PACK_VERSION = 1;

/** Name of the pack's folder in its run's folder. */
export const PACK_FOLDER = 'packed';

/** Files of a pack, in that folder. */
export const PACK_FILES = {
  description: 'run.json',
  points: 'points.safetensors.gz',
  thumbnails: 'thumbnails.webp',
} as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in hex');
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const atStep = { step: count, epoch: z.number() };

const { training, computed, map, wholeMap } = frameFigures;

const checkpointSchema = z.strictObject({
  ...training.shape,
  step: count,
  accuracy: share.optional(),
  modelType: z.string(),
  hiddenSize: z.int().min(1),
  parameters: count,
  /** Of the weights that were packed away. */
  bytes: count,
  digest: sha256,
});

const frameSchema = z.strictObject({
  step: count,
  ...computed.shape,
  meanDistance: computed.shape.meanDistance.min(0),
  outliers: z.array(
    z.union([
      z.tuple([
        count.describe('Index of the image.'),
        share.describe('Its score.'),
        z.number().min(0).describe('Its mean distance in multiples of the median image.'),
      ]),
      z.tuple([count, share]), // of packs from before the distances
    ]),
  ),
  /** Of packs from before there were several maps. */
  ...map.partial().shape,
});

const mapOptions = { ...mapOptionsSchema.shape, title: z.string().optional() };

const mapFrameSchema = z.strictObject(map.shape);

const mapSchema = z.strictObject({
  ...mapOptions,
  ...wholeMap.shape,
  /** Around the circle: name, index of the class or −1, x and y. */
  anchors: z.array(z.tuple([z.string(), z.int().min(-1), z.number(), z.number()])).optional(),
  /** Whether `points` has how many of each image's neighbours are true. */
  hasTrueNeighbours: z.boolean(),
  frames: z.array(mapFrameSchema),
});

const comparisonSchema = z.strictObject({
  maps: z.array(z.strictObject({ ...mapOptions, ...wholeMap.shape, frames: z.array(mapFrameSchema) })),
  embeddingHits: z.array(share),
});

/** Sizes of the thumbnails, in the order in which they fill the picture's cells row by row. */
const thumbnailsSchema = z.strictObject({
  sha256: sha256.describe('Of the file.'),
  columns: z.int().min(1),
  cell: z.strictObject({ width: count, height: count }),
  images: z.array(
    z.tuple([
      count.describe('Index of the image.'),
      z.int().min(1).describe('Width.'),
      z.int().min(1).describe('Height.'),
    ]),
  ),
});

/** The schema of `packed/run.json`. */
export const packSchema = z.strictObject({
  version: z.literal(PACK_VERSION),
  key: sha256.describe('Of everything that the results were made from.'),
  points: z.strictObject({ sha256: sha256.describe('Of the safetensors file before compression.') }),
  thumbnails: thumbnailsSchema,
  checkpoints: z.array(checkpointSchema).min(1),
  frames: z.array(frameSchema).min(1),
  /** The first is the one whose points have no name of their own; left out by packs from before there were several. */
  maps: z.array(mapSchema).min(1).optional(),
  comparison: comparisonSchema.optional(),
  neighbours: z.strictObject({ k: z.int().min(1), metric: z.enum(['cosine', 'euclidean']) }),
  dataset: z.strictObject({
    classNames: z.array(z.string()),
    digest: sha256,
    images: count,
    source: z.string(),
  }),
  /** `id2label` of the last checkpoint. */
  modelClassNames: z.array(z.string()),
  /** Rows of the loss history. */
  losses: count,
  /** Step and epoch of each logged row without a loss that can be drawn; left out where there is none. */
  lossGaps: z.array(z.tuple([count, z.number()])).optional(),
  evaluations: z.array(
    z.strictObject({ ...atStep, accuracy: share.optional(), loss: z.number().optional() }),
  ),
  /** What of the input was not used, or with a reservation; left out where there was nothing. */
  notices: z.array(noticeSchema).optional(),
  options: z.record(z.string(), z.unknown()).describe('What run.yaml said that decides results.'),
  versions: z.record(z.string(), z.string()).describe('Of the stages that made the results.'),
});

export type Pack = z.output<typeof packSchema>;

/** Makes the error of a pack that can't be used; `name` is that of a file in its folder. */
export function packInvalid<Case extends CaseName<'PackInvalid'>>(
  name: string,
  caseName: Case,
  facts: CaseFacts<'PackInvalid', Case>,
  cause?: unknown,
): EmbeddingAnimationError {
  return makeError('PackInvalid', caseName, facts, { file: `${PACK_FOLDER}/${name}`, cause });
}
