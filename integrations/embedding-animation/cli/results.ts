/** What commands print with `--json`: one object each, on stdout. */
import { z } from 'zod';
import { checkpointFormSchema } from '../artifacts/summary.ts';
import { publishedFigures, publishedNumber } from '../frame-figures.ts';
import { noticeSchema } from '../notices.ts';
import { mapOptionsSchema } from '../options/index.ts';

const bytes = z.int().min(0).describe('Bytes.');
const count = z.int().min(0);
const file = z.strictObject({ name: z.string().describe('Path below the folder.'), bytes });

/** What any command prints with `--json` when it fails. */
export const failureSchema = z.strictObject({
  error: z.strictObject({
    name: z
      .string()
      .describe(
        'An error of the catalogue, "UsageError", "Interrupted", or "Error" for a fault nobody foresaw.',
      ),
    message: z.string().describe('What is wrong and where.'),
    hint: z.string().describe('What to do about it.'),
    run: z.string().optional(),
    step: z.int().optional(),
    file: z.string().optional(),
  }),
});

/** What `render --json` prints. */
export const renderResultSchema = z.strictObject({
  run: z.string().describe("The run's id: its folder's name."),
  title: z.string(),
  out: z.string().describe('The folder, as it was typed.'),
  files: z.array(z.string()).describe('Paths below the folder.'),
  bytes,
  maps: z
    .array(
      z.strictObject({
        name: mapOptionsSchema.shape.name,
        projection: mapOptionsSchema.shape.projection,
        json: z.string().describe('Its animation.json, below the folder.'),
        gif: z.string().describe('Its GIF in the first variant, below the folder.'),
      }),
    )
    .describe('The first is the one to show where one must do.'),
});

const adviceSchema = z.strictObject({
  purpose: z
    .enum(['movement', 'classes', 'neighbours'])
    .describe(
      'What the map is for: to move as the embeddings do (temporal Pearson), to tell classes apart (hit at the last frame), to show true neighbours (mean trustworthiness).',
    ),
  best: z.string().describe('Name of the map.'),
  value: publishedNumber().describe('Its figure.'),
  tied: z.array(z.string()).describe('Maps that are as good, within what such a figure can tell.'),
});

/** What `compare --json` prints. Parsing rounds the figures. */
export const compareResultSchema = z.strictObject({
  run: z.string(),
  origin: z
    .enum(['computed', 'packed comparison', 'packed maps'])
    .describe('Where the figures come from; of a pack without a comparison there are only its own maps.'),
  images: count,
  steps: z.array(z.int()).describe('Of the frames.'),
  maps: z.array(
    z.strictObject({
      ...mapOptionsSchema.shape,
      ...publishedFigures.wholeMap.shape,
      frames: z.array(publishedFigures.map).describe('In step order.'),
    }),
  ),
  embeddingHits: z
    .array(publishedNumber())
    .describe(
      'Share of the nearest neighbours in embedding space that are of the same class, at each frame; empty where a pack has none.',
    ),
  leftOut: z.array(noticeSchema).describe('Maps that the run can not have, and why.'),
  advice: z.array(adviceSchema).describe('The best map for each purpose.'),
});

/** What `pack --json` prints. */
export const packResultSchema = z.strictObject({
  run: z.string(),
  folder: z.string().describe("Path below the run's folder."),
  files: z.array(file),
  bytes,
  bytesPerPointAndFrame: z.number(),
});

/** What `download --json` prints. */
export const downloadResultSchema = z.strictObject({
  dataset: z.string(),
  path: z.string().describe('Absolute path of the archive.'),
  downloaded: bytes.describe('Bytes that were fetched now; 0 where the archive was there.'),
});

const problem = failureSchema.shape.error;

const inspectedCheckpoint = z.strictObject({
  name: z.string().describe("Folder below the run's; `.` is the run's own."),
  step: count.optional().describe('Left out where it is not known.'),
  form: checkpointFormSchema.optional(),
  bytes: bytes.optional(),
  modelType: z.string().optional(),
  hiddenSize: count.optional(),
  parameters: count.optional(),
  digest: z.string().optional(),
  embedded: z.boolean().describe('Whether its embeddings are in the cache, or ready.'),
  analysed: z.boolean(),
  problem: problem.optional().describe('Why it can not be used.'),
});

/** What `inspect --json` prints: no path of this machine is in it. */
export const inspectResultSchema = z.strictObject({
  run: z.string(),
  title: z.string(),
  usable: z.boolean().describe('Whether a build could use the run; if not, the exit code is 1.'),
  dataset: z
    .strictObject({
      source: z.string(),
      digest: z.string(),
      images: count,
      classNames: z.array(z.string()),
    })
    .optional()
    .describe('Left out where the images are missing or can not be used.'),
  history: z.strictObject({ losses: count, evaluations: count }),
  pack: z.strictObject({ state: z.enum(['none', 'current', 'stale', 'in use', 'unknown']), bytes }),
  checkpoints: z.array(inspectedCheckpoint),
  maps: z
    .array(mapOptionsSchema)
    .optional()
    .describe(
      'The maps that a build makes, the one that is shown first; left out where it could not use the run. Those that `maps` names and the run can not have are among `notices`.',
    ),
  otherProjections: z
    .array(mapOptionsSchema.shape.projection)
    .optional()
    .describe('Of maps that the run could have besides.'),
  notices: z
    .array(noticeSchema)
    .describe(
      'What of the input is not used, or is used with a reservation; none keeps a build from using it.',
    ),
  problems: z.array(problem).describe('Everything that keeps a build from using the run.'),
  rendered: z.boolean().describe('Whether all files are finished.'),
  work: z
    .array(
      z.strictObject({
        stage: z.enum(['embed', 'analyse', 'draw']),
        unit: z.enum(['checkpoint', 'frame']),
        missing: count,
        total: count,
        seconds: z.number().min(0).describe('Estimated for this machine; 0 when nothing is missing.'),
      }),
    )
    .describe(
      'What a build would do, by stage, frames of all maps together; empty where it could not use the run.',
    ),
});

export type Failure = z.output<typeof failureSchema>;
export type RenderResult = z.output<typeof renderResultSchema>;
export type CompareResult = z.output<typeof compareResultSchema>;
export type PackResult = z.output<typeof packResultSchema>;
export type DownloadResult = z.output<typeof downloadResultSchema>;
export type InspectResult = z.output<typeof inspectResultSchema>;
