/** Pictures and results in, a folder of finished files out. */
import type { TrackedCache } from '../artifacts/cache.ts';
import {
  frameDataJsonSchema,
  frameDataSchema,
  MANIFEST_VERSION,
  manifestJsonSchema,
  manifestSchema,
  type FrameData,
  type Manifest,
} from '../artifacts/manifest.ts';
import {
  countBytes,
  writeRendering,
  type RenderingContents,
  type PublishedFile,
} from '../artifacts/rendering-folder.ts';
import { readUnchanged } from '../artifacts/input-files.ts';
import { stableJson } from '../artifacts/stable-json.ts';
import type { RenderingSummary } from '../artifacts/summary.ts';
import type { Frame, Matrix, RunResults } from '../contracts.ts';
import { publishedFigures, roundPublished, summariseFigures, type Immutable } from '../frame-figures.ts';
import { noticeData } from '../notices.ts';
import { portableDataset } from '../options/index.ts';
import { runStage, type ProgressEnvironment } from '../progress.ts';
import { classStyles, markerSymbol } from '../rendering/index.ts';
import { listInputNotices, type RunSource } from '../run-source.ts';
import { listVariants, type Variant } from '../variants.ts';
import { frameStem, pictureName, type DrawnVariant } from './draw.ts';
import { gifName, type EncodedGif } from './encode-gifs.ts';
import { stageVersions } from './context.ts';

const MANIFEST_NAME = 'animation.json';
const SCHEMA_NAME = 'animation.schema.json';
const FRAME_SCHEMA_NAME = 'frame.schema.json';

/** What publishing takes from a run. */
type PublishedSource = Pick<RunSource, 'id' | 'file' | 'trainer' | 'dataset' | 'look' | 'inputs'>;

/** What publishing works with. */
interface PublishContext {
  readonly cache: TrackedCache;
  readonly progress: ProgressEnvironment;
}

/**
 * Writes all files of a run: pictures, GIFs, `animation.json`, a JSON file a frame and the schemas they follow.
 * One frame's text is in memory at a time.
 * @returns what the folder holds
 * @throws EmbeddingAnimationError `CacheUnwritable`
 */
export async function publishRun(
  source: PublishedSource,
  results: RunResults,
  { drawn, gifs, folder }: { drawn: readonly DrawnVariant[]; gifs: readonly EncodedGif[]; folder: string },
  { cache, progress }: PublishContext,
): Promise<RenderingContents> {
  const pictures = drawn.flatMap((variant) => variant.pictures);
  const files = [...pictures, ...gifs, ...writeFrameData(results.frames), ...writeManifest(source, results)];
  const rendered = describeFiles(source, results.frames, gifs);
  return runStage(`${source.id}: writing`, 'files', progress, async (onProgress) => {
    const contents = await readUnchanged(source.inputs?.images, { run: source.id }, (verify) =>
      writeRendering(folder, { files, rendered, uses: cache.uses(), verify, onProgress }),
    );
    const megabytes = (countBytes(contents) / 1e6).toFixed(1);
    return { result: contents, line: `${source.id}: wrote ${files.length} files of ${megabytes} MB` };
  });
}

function writeManifest(source: PublishedSource, results: RunResults): PublishedFile[] {
  const manifest = manifestSchema.parse(describeManifest(source, results));
  return [
    { name: MANIFEST_NAME, content: stableJson(manifest) },
    { name: SCHEMA_NAME, content: stableJson(manifestJsonSchema(), 2) },
    { name: FRAME_SCHEMA_NAME, content: stableJson(frameDataJsonSchema(), 2) },
  ];
}

function writeFrameData(frames: readonly Frame[]): PublishedFile[] {
  return frames.map((frame) => ({
    name: frameDataName(frame),
    content: () => Promise.resolve(Buffer.from(stableJson(frameDataSchema.parse(describeFrameData(frame))))),
  }));
}

/** What a page needs to know of the files. */
function describeFiles(
  source: PublishedSource,
  frames: readonly Frame[],
  gifs: readonly EncodedGif[],
): RenderingSummary {
  const { look, dataset } = source;
  return {
    secondsPerFrame: look.secondsPerFrame,
    holdSeconds: look.holdSeconds,
    json: MANIFEST_NAME,
    variants: listVariants(look).map((variant, index) => ({
      ...describeVariant(variant),
      gifBytes: gifs[index]!.bytes, // one a variant, in this order
      frames: frames.map((frame) => pictureName(frame, variant)),
    })),
    perFrame: frames.map((frame) => ({
      ...summariseFigures(frame),
      outliers: frame.outliers.map(({ index, score }) => {
        const { name, label } = dataset.items[index]!;
        return { name, className: dataset.classNames[label]!, score: roundPublished(score) };
      }),
    })),
  };
}

function describeVariant(variant: Variant) {
  const { arrangement, look } = variant;
  const { theme, width, height } = look;
  return { theme, arrangement, width, height, gif: gifName(variant) };
}

function describeManifest(
  source: PublishedSource,
  { frames, outlierSettings, notices }: RunResults,
): Immutable<Manifest> {
  const { id, file, trainer, dataset, look } = source;
  const { classNames, originalClassNames = classNames } = dataset;
  const variants = listVariants(look);
  const styles = classStyles(classNames, variants[0].look);
  return {
    $schema: SCHEMA_NAME,
    version: MANIFEST_VERSION,
    run: { id, title: file.title, description: file.description, credit: file.credit },
    classes: classNames.map((name, index) => ({
      name,
      originalName: originalClassNames[index] === name ? undefined : originalClassNames[index],
      ...styles[index]!,
    })),
    markers: Object.fromEntries(styles.map(({ marker }) => [marker, markerSymbol(marker)])),
    images: { names: dataset.items.map(({ name }) => name), labels: dataset.items.map(({ label }) => label) },
    variants: variants.map(describeVariant),
    frames: frames.map((frame) => ({
      ...publishedFigures.training.parse(frame),
      picture: pictureName(frame, variants[0]),
      pictures: variants.map((variant) => pictureName(frame, variant)),
      data: frameDataName(frame),
      ...publishedFigures.computed.parse(frame),
      outliers: frame.outliers.map(({ index, score }) => ({ index, score })),
    })),
    losses: trainer.losses.map(({ step, epoch, loss }) => ({ step, epoch, loss })),
    lossGaps: trainer.lossGaps?.map(({ step }) => step),
    provenance: {
      checkpoints: trainer.checkpoints.map(({ step, digest, modelType }) => ({ step, digest, modelType })),
      dataset: { source: dataset.source, digest: dataset.digest },
      outliers: outlierSettings,
      alignment: 'procrustes-last',
      options: { ...look, k: file.k, dataset: portableDataset(file.dataset) },
      notices: noticeData([...listInputNotices(source), ...(notices ?? [])]),
      versions: stageVersions,
    },
  };
}

function describeFrameData({ step, points, scores }: Frame): FrameData {
  return {
    $schema: `../${FRAME_SCHEMA_NAME}`,
    version: MANIFEST_VERSION,
    step,
    x: columnOf(points, 0),
    y: columnOf(points, 1),
    scores: Array.from(scores),
  };
}

/** A frame's data lies beside its picture. */
function frameDataName(frame: Frame): string {
  return `${frameStem(frame)}.json`;
}

function columnOf({ rows, cols, data }: Matrix, column: number): number[] {
  return Array.from({ length: rows }, (_, row) => data[row * cols + column]!);
}
