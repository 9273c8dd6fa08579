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
      explainedVarianceRatio: z
        .tuple([number(), number()])
        .describe('Shares of the variance that the two axes of the map hold, 0 … 1.'),
      disparity: number().describe('Procrustes disparity to the last frame, 0 … 1.'),
      reflected: z.boolean().describe('Whether the map was mirrored to fit the last frame.'),
    }),
  };
}

/** Figures as they are computed and packed. Parsing picks them out of whatever has them. */
export const frameFigures = declareFigures(z.number);

/** Figures as `animation.json` has them. Parsing picks them, and rounds. */
export const publishedFigures = declareFigures(publishedNumber);

const { explainedVarianceRatio, reflected, ...summarised } = publishedFigures.computed.shape;

/** Figures as a run's summary has them: all but how the map was laid, and the shares of variance by a shorter name. */
export const summaryFigures = publishedFigures.training.extend({
  ...summarised,
  explainedVariance: explainedVarianceRatio,
});

/** A value that nobody changes, however deep. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

type TrainingFigures = Immutable<z.output<typeof frameFigures.training>>;
export type ComputedFigures = Immutable<z.output<typeof frameFigures.computed>>;

/** All figures of a frame. */
export type FrameFigures = TrainingFigures & ComputedFigures;

/** Picks and rounds what a run's summary says of a frame. */
export function summariseFigures(figures: FrameFigures): z.output<typeof summaryFigures> {
  return summaryFigures.parse({ ...figures, explainedVariance: figures.explainedVarianceRatio });
}
