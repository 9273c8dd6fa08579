/**
 * `animation.json` and, for each frame, `frames/step-000040.json`: everything the animation shows, as data.
 * Their shape is a promise to readers; see `version`. What grows with images × frames is in the frames' files,
 * since hosts limit the size of a file.
 */
import { z } from 'zod';

/** Raised when a field changes meaning or goes away; new fields may come without it. */
export const MANIFEST_VERSION = 2;

const outlierSchema = z.strictObject({
  index: z.int().describe('Index into `images`.'),
  score: z.number().describe("cleanlab's out-of-distribution score, 0 … 1; lowest is the strongest outlier."),
});

const frameSchema = z.strictObject({
  step: z.int().describe('Global step of the checkpoint.'),
  epoch: z.number().optional(),
  loss: z.number().optional().describe('Last training loss logged up to this step.'),
  accuracy: z.number().optional().describe('Held-out accuracy, 0 … 1, as the Trainer logged it.'),
  picture: z.string().describe('The frame as PNG, relative to this file.'),
  data: z.string().describe("The frame's coordinates and scores as JSON, relative to this file."),
  meanDistance: z
    .number()
    .describe('Mean distance to the nearest neighbours in embedding space, over all images.'),
  explainedVarianceRatio: z.tuple([z.number(), z.number()]),
  disparity: z.number().describe('Procrustes disparity to the last frame, 0 … 1.'),
  reflected: z.boolean().describe('Whether the map was mirrored to fit the last frame.'),
  outliers: z.array(outlierSchema).describe('The strongest outliers, strongest first.'),
});

/** The schema of `animation.json`. */
export const manifestSchema = z.strictObject({
  $schema: z.string(),
  version: z.literal(MANIFEST_VERSION),
  run: z.strictObject({
    id: z.string(),
    title: z.string(),
    description: z.string().optional(),
    credit: z.strictObject({ text: z.string(), url: z.string().optional() }).optional(),
  }),
  classes: z.array(
    z.strictObject({
      name: z.string().describe('As readers see it.'),
      originalName: z.string().optional().describe('As the data set has it, where that is another name.'),
      colour: z.string(),
      marker: z.string().describe('Its shape on the map: a key of `markers`.'),
    }),
  ),
  markers: z
    .record(z.string(), z.string())
    .describe("SVG path data around (0, 0), within ±18, to be filled with the class's colour."),
  images: z.strictObject({
    names: z.array(z.string()),
    labels: z.array(z.int()).describe('Index into `classes`, one an image.'),
  }),
  frames: z.array(frameSchema).describe('In step order.'),
  losses: z.array(z.strictObject({ step: z.int(), epoch: z.number(), loss: z.number() })),
  provenance: z.strictObject({
    checkpoints: z.array(z.strictObject({ step: z.int(), digest: z.string(), modelType: z.string() })),
    dataset: z.strictObject({ source: z.string(), digest: z.string() }),
    outliers: z.strictObject({ k: z.int(), metric: z.enum(['cosine', 'euclidean']) }),
    alignment: z.literal('procrustes-last'),
    options: z.record(z.string(), z.unknown()),
    versions: z.record(z.string(), z.string()),
  }),
});

export type Manifest = z.output<typeof manifestSchema>;

/** The schema of a frame's own file: one number an image, in the order of `images` in `animation.json`. */
export const frameDataSchema = z.strictObject({
  $schema: z.string(),
  version: z.literal(MANIFEST_VERSION),
  step: z.int().describe('Global step of the checkpoint.'),
  x: z.array(z.number()).describe('Aligned coordinates; the axes are unnamed.'),
  y: z.array(z.number()),
  scores: z.array(z.number()).describe('Outlier score of every image. Ranks compare within a frame only.'),
});

export type FrameData = z.output<typeof frameDataSchema>;

/** JSON Schema of `animation.json`, emitted beside it. */
export function manifestJsonSchema(): unknown {
  return z.toJSONSchema(manifestSchema);
}

/** JSON Schema of the frames' files. */
export function frameDataJsonSchema(): unknown {
  return z.toJSONSchema(frameDataSchema);
}
