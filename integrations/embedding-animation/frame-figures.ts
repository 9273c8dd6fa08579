/**
 * The figures of a frame, each declared once. From here they get their types, their places in `animation.json` and its
 * JSON Schema, in a run's summary and in a pack, and the way in which they are rounded. A figure is added here and
 * where it is computed. One that came later is `optional()`: packs that were made before lack it.
 */
import { z } from 'zod';

/** Significant digits of a published number. */
const PUBLISHED_DIGITS = 7;

/** Most outliers of a frame that are published and shown. */
export const OUTLIERS_PUBLISHED = 10;

/** A `mirrorGap` below which the choice between rotation and reflection is a toss-up. */
export const MIRROR_TOSS_UP = 0.05;

/** Rounds to the digits of published numbers. */
export function roundPublished(value: number): number {
  return Number(value.toPrecision(PUBLISHED_DIGITS));
}

/** The schema of a published number: parsing rounds it. Whole numbers are `z.int()` and stay as they are. */
export function publishedNumber(): z.ZodNumber {
  return z.number().overwrite(roundPublished);
}

/** Figures of which `number` makes every number that is not whole. */
function declareFigures(number: () => z.ZodNumber) {
  return {
    /** What the log of the training says of a frame's checkpoint. */
    training: z.object({
      step: z.int().describe('Global step of the checkpoint.'),
      epoch: number().optional().describe('Epochs of training up to this step, with fractions.'),
      loss: number()
        .optional()
        .describe('Last training loss logged up to this step; left out where that one is in `lossGaps`.'),
      accuracy: number().optional().describe('Held-out accuracy, 0 … 1, as the Trainer logged it.'),
    }),
    /** What was computed from the checkpoint's embeddings. */
    computed: z.object({
      meanDistance: number().describe(
        'Mean distance to the nearest neighbours in embedding space, over all images.',
      ),
    }),
    /** What a map tells of a frame. */
    map: z.object({
      explainedVarianceRatio: z
        .tuple([number(), number()])
        .optional()
        .describe(
          "Shares of the frame's variance that the two axes of the map hold, 0 … 1; a class map has none.",
        ),
      disparity: number().describe('Procrustes disparity to the last frame of the map, 0 … 1.'),
      reflected: z.boolean().describe('Whether the frame was mirrored to fit.'),
      mirrorGap: number()
        .optional()
        .describe(
          'How much better the chosen of rotation and reflection fits than the other, 0 … 1 of the chosen; near 0 it was a toss-up. Left out where nothing was aligned.',
        ),
      trustworthiness: number()
        .optional()
        .describe('Trustworthiness (Venna and Kaski 2001), 0 … 1: low where neighbours on the map are none.'),
      continuity: number()
        .optional()
        .describe('Continuity, 0 … 1: low where neighbours in embedding space are apart on the map.'),
      neighbourhoodPreservation: number()
        .optional()
        .describe(
          'Share of the nearest neighbours in embedding space that are nearest on the map too, 0 … 1.',
        ),
      neighbourhoodHit: number()
        .optional()
        .describe('Share of the nearest neighbours on the map that are of the same class, 0 … 1.'),
    }),
    /** What is told of a map over all its frames. */
    wholeMap: z.object({
      temporalPearson: number()
        .optional()
        .describe(
          'Correlation between how far images move in embedding space and on the map from frame to frame, −1 … 1.',
        ),
      temporalSpearman: number().optional().describe('The same of ranks (Spearman), −1 … 1.'),
      temporalStress: number()
        .optional()
        .describe(
          'Normalised stress between the two, each scaled to a maximum of 1: 0 where the map moves as the embeddings do.',
        ),
      temperature: number().optional().describe('Temperature of the softmax of a class map.'),
      alignmentRounds: z
        .int()
        .optional()
        .describe('Rounds until generalized Procrustes analysis stood still.'),
      alignmentResidual: number()
        .optional()
        .describe(
          'Share of the squared size of all frames that generalized Procrustes analysis leaves, 0 … 1.',
        ),
    }),
  };
}

/** Figures as they are computed and packed. Parsing picks them out of whatever has them. */
export const frameFigures = declareFigures(z.number);

/** Figures as `animation.json` has them. Parsing picks them, and rounds. */
export const publishedFigures = declareFigures(publishedNumber);

const { explainedVarianceRatio, ...mapFigures } = publishedFigures.map.shape;

/** What a run's summary says of a frame on a map: the shares of variance by a shorter name. */
const summaryMapFigures = z.object({ ...mapFigures, explainedVariance: explainedVarianceRatio });

/** What a run's summary says of a frame. */
export const summaryFigures = {
  frame: publishedFigures.training.extend(publishedFigures.computed.shape),
  map: summaryMapFigures,
  wholeMap: publishedFigures.wholeMap,
} as const;

/** A value that nobody changes, however deep. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

type TrainingFigures = Immutable<z.output<typeof frameFigures.training>>;
type ComputedFigures = Immutable<z.output<typeof frameFigures.computed>>;

/** Figures of a frame, whatever its map. */
export type FrameFigures = TrainingFigures & ComputedFigures;

/** Figures of a frame on one map. */
export type MapFigures = Immutable<z.output<typeof frameFigures.map>>;

/** Figures of a map over all frames. */
export type WholeMapFigures = Immutable<z.output<typeof frameFigures.wholeMap>>;

/** Picks and rounds what a run's summary says of a frame on a map. */
export function summariseMapFigures(figures: MapFigures): z.output<typeof summaryMapFigures> {
  return summaryMapFigures.parse({ ...figures, explainedVariance: figures.explainedVarianceRatio });
}
