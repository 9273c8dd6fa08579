/**
 * `animation.json` and, for each frame, `frames/step-000040.json`: everything the animation shows, as data.
 * Their shape is a promise to readers; see `version`. What grows with images × frames is in the frames' files,
 * since hosts limit the size of a file.
 */
import { z } from 'zod';
import { publishedFigures, publishedNumber } from '../frame-figures.ts';
import { noticeSchema } from '../notices.ts';
import { mapOptionsSchema } from '../options/index.ts';

/** Raised when a field changes meaning or goes away; new fields may come without it. */
export const MANIFEST_VERSION = 2;

/** Fields that both files begin with. */
const SCHEMA_FIELD = z.string().describe('The JSON Schema of this file, relative to it.');
const VERSION_FIELD = z
  .literal(MANIFEST_VERSION)
  .describe('Raised when a field changes meaning or goes away; new fields may come without it.');

const outlierSchema = z.strictObject({
  index: z.int().describe('Index into `images`.'),
  score: publishedNumber().describe(
    "cleanlab's out-of-distribution score, 0 … 1; lowest is the strongest outlier.",
  ),
  distanceRatio: publishedNumber()
    .optional()
    .describe('Mean distance to its nearest neighbours, in multiples of the median image.'),
});

const frameSchema = z.strictObject({
  ...publishedFigures.training.shape,
  picture: z.string().describe('The frame as PNG, relative to this file.'),
  pictures: z.array(z.string()).describe('The frame in each variant, in the order of `variants`.'),
  data: z.string().describe("The frame's coordinates and scores as JSON, relative to this file."),
  ...publishedFigures.computed.shape,
  ...publishedFigures.map.shape,
  outliers: z.array(outlierSchema).describe('The strongest outliers, strongest first.'),
});

const variantSchema = z.strictObject({
  theme: z.enum(['light', 'dark']).describe('Colours of paper and ink.'),
  arrangement: z
    .enum(['main', 'portrait'])
    .describe('`portrait`: large type, and the parts below each other, for phones.'),
  width: z.int().describe('Of every picture of the set, in px.'),
  height: z.int().describe('Of every picture of the set, in px.'),
  gif: z.string().describe('All frames, looping, relative to this file.'),
});

const { name, title, projection, align, scaling, reflection } = mapOptionsSchema.shape;

/** How a map was made. */
const mapOptions = {
  name: name.describe('Names it among the maps of the run.'),
  title: title.describe('As readers see it, where the author said it.'),
  projection: projection.describe(
    "How embeddings became points: by each checkpoint's two principal components, by those of all checkpoints together, by those of the last one, or between anchors of the classes by their probabilities.",
  ),
  align: align.describe('What frames were laid onto by Procrustes.'),
  scaling: scaling.describe('Whether laying a frame could scale it.'),
  reflection: reflection.describe('Whether laying a frame could mirror it.'),
};

const anchorSchema = z.strictObject({
  name: z.string().describe('The class, as readers see it.'),
  class: z.int().optional().describe('Index into `classes`; left out for a class that no image can have.'),
  x: publishedNumber().describe('In the coordinates of the frames, on the circle of radius 1.'),
  y: publishedNumber().describe('The same, upwards.'),
});

const comparisonSchema = z.strictObject({
  maps: z
    .array(
      z.strictObject({
        ...mapOptions,
        ...publishedFigures.wholeMap.shape,
        frames: z.array(z.strictObject(publishedFigures.map.shape)).describe('In step order.'),
      }),
    )
    .describe('Maps that the run could have, drawn or not.'),
  embeddingHits: z
    .array(publishedNumber())
    .describe(
      'Share of the nearest neighbours in embedding space that are of the same class, at each frame.',
    ),
});

/** The schema of `animation.json`. Parsing rounds the numbers. */
export const manifestSchema = z.strictObject({
  $schema: SCHEMA_FIELD,
  version: VERSION_FIELD,
  run: z
    .strictObject({
      id: z.string().describe("Name of the run's folder."),
      title: z.string().describe('As it stands above the map.'),
      description: z.string().optional().describe('What was trained on what, as run.yaml says it.'),
      credit: z
        .strictObject({
          text: z.string().describe('Names and licence.'),
          url: z.string().optional().describe('Where the text links to.'),
        })
        .optional()
        .describe('Who made the images.'),
    })
    .describe('What run.yaml says of the run.'),
  classes: z
    .array(
      z.strictObject({
        name: z.string().describe('As readers see it.'),
        originalName: z.string().optional().describe('As the data set has it, where that is another name.'),
        colour: z.string().describe('`#rrggbb`, on the map of the first variant.'),
        marker: z.string().describe('Its shape on the map: a key of `markers`.'),
      }),
    )
    .describe("In the order of the legend, which is the author's."),
  markers: z
    .record(z.string(), z.string())
    .describe("SVG path data around (0, 0), within ±18, to be filled with the class's colour."),
  images: z
    .strictObject({
      names: z.array(z.string()).describe('Names of files, or of what stands for them in the data set.'),
      labels: z.array(z.int()).describe('Index into `classes`, one an image.'),
    })
    .describe('The evaluation set, in its order.'),
  variants: z
    .array(variantSchema)
    .describe('The sets of pictures; the first is the one to show where one must do.'),
  map: z
    .strictObject({
      ...mapOptions,
      ...publishedFigures.wholeMap.shape,
      anchors: z.array(anchorSchema).optional().describe('Of a map of classes, around the circle.'),
    })
    .optional()
    .describe('The map that this file is about.'),
  maps: z
    .array(
      z.strictObject({
        name: mapOptions.name,
        title: mapOptions.title,
        projection: mapOptions.projection,
        json: z.string().describe('Such a file about that map, relative to this one.'),
      }),
    )
    .optional()
    .describe('All maps of the run; the first is the one to show where one must do.'),
  frames: z.array(frameSchema).describe('In step order.'),
  comparison: comparisonSchema
    .optional()
    .describe(
      'How far each map of the run could be trusted, where the author asked for it; beside the first map only.',
    ),
  losses: z
    .array(
      z.strictObject({
        step: z.int().describe('Global step.'),
        epoch: publishedNumber().describe('Epochs of training up to this step, with fractions.'),
        loss: publishedNumber().describe('Training loss, as it was logged.'),
      }),
    )
    .describe('The points of the loss curve, in step order.'),
  lossGaps: z
    .array(z.int())
    .optional()
    .describe(
      'Steps that were logged without a loss that can be drawn, such as NaN: the curve is broken there. Left out where there are none.',
    ),
  provenance: z
    .strictObject({
      checkpoints: z
        .array(
          z.strictObject({
            step: z.int().describe('Global step of the checkpoint.'),
            digest: z.string().describe('Hash of all that decides its embeddings, such as its weights.'),
            modelType: z.string().describe('`model_type` of its config.json.'),
          }),
        )
        .describe('What was embedded with, in step order.'),
      dataset: z
        .strictObject({
          source: z.string().describe('Kind of the data set, and where it came from.'),
          digest: z.string().describe('Hash of its images, names and labels.'),
        })
        .describe('What was embedded.'),
      outliers: z
        .strictObject({
          k: z.int().describe('Neighbours that an outlier score counts.'),
          metric: z.enum(['cosine', 'euclidean']).describe('Distance between embeddings.'),
        })
        .describe('How outlier scores were computed.'),
      alignment: z
        .enum([
          'procrustes-last',
          'procrustes-generalized',
          'procrustes-first',
          'procrustes-previous',
          'none',
        ])
        .describe('How frames were laid onto each other: by Procrustes, and onto what.'),
      options: z
        .record(z.string(), z.unknown())
        .describe('Looks, data set and neighbours, as they were set.'),
      notices: z
        .array(noticeSchema)
        .optional()
        .describe(
          'What of the input is not used, or is used with a reservation; left out where there is nothing.',
        ),
      versions: z
        .record(z.string(), z.string())
        .describe('Of the stages; each is raised when the same input gives another output.'),
    })
    .describe('Where pictures and numbers come from.'),
});

export type Manifest = z.output<typeof manifestSchema>;

/** The schema of a frame's own file: one number an image, in the order of `images` in `animation.json`. Parsing rounds. */
export const frameDataSchema = z.strictObject({
  $schema: SCHEMA_FIELD,
  version: VERSION_FIELD,
  step: z.int().describe('Global step of the checkpoint.'),
  x: z
    .array(publishedNumber())
    .describe('Coordinates on the map; where frames were aligned the axes are unnamed.'),
  y: z.array(publishedNumber()).describe('The same, upwards.'),
  scores: z
    .array(publishedNumber())
    .describe('Outlier score of every image. Ranks compare within a frame only.'),
  trueNeighbours: z
    .array(z.int())
    .optional()
    .describe(
      'How many of the nearest neighbours on the map (ten, of fewer images fewer) are nearest in embedding space too.',
    ),
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
