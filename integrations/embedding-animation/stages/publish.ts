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
import { renderingSummarySchema, type RenderingSummary } from '../artifacts/summary.ts';
import type { ClassAnchor, Frame, MapFrame, Matrix, RunResults } from '../contracts.ts';
import { publishedFigures, summariseMapFigures, summaryFigures, type Immutable } from '../frame-figures.ts';
import { noticeData } from '../notices.ts';
import { portableDataset } from '../options/index.ts';
import { withProgress, type ProgressEnvironment } from '../progress.ts';
import { classStyles, markerSymbol } from '../rendering/index.ts';
import { listInputNotices, type RunSource } from '../run-source.ts';
import { listVariants, type Variant } from '../variants.ts';
import { countNeighboursKept } from './analysis-results.ts';
import { frameStem, pictureName } from './draw.ts';
import { gifName, type AnimatedMap } from './encode-gifs.ts';
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
  { maps, folder }: { readonly maps: readonly AnimatedMap[]; readonly folder: string },
  { cache, progress }: PublishContext,
): Promise<RenderingContents> {
  const files = [
    ...maps.flatMap((map) => [
      ...map.variants.flatMap(({ pictures }) => pictures),
      ...map.gifs,
      ...writeFrameData(results.frames, map),
      writeManifest(source, results, map, maps),
    ]),
    ...writeSchemas(),
  ];
  const rendered = renderingSummarySchema.parse(describeFiles(source, results, maps)); // rounds, as reading it does
  return withProgress(`${source.id}: writing`, 'files', progress, async (onProgress) => {
    const contents = await readUnchanged(source.inputs?.images, { run: source.id }, (verify) =>
      writeRendering(folder, { files, rendered, uses: cache.uses(), verify, onProgress }),
    );
    const megabytes = (countBytes(contents) / 1e6).toFixed(1);
    return { result: contents, line: `${source.id}: wrote ${files.length} files of ${megabytes} MB` };
  });
}

function writeManifest(
  source: PublishedSource,
  results: RunResults,
  map: AnimatedMap,
  maps: readonly AnimatedMap[],
): PublishedFile {
  const manifest = manifestSchema.parse(describeManifest(source, results, map, maps));
  return { name: `${map.folder}${MANIFEST_NAME}`, content: stableJson(manifest) };
}

function writeSchemas(): PublishedFile[] {
  return [
    { name: SCHEMA_NAME, content: stableJson(manifestJsonSchema(), 2) },
    { name: FRAME_SCHEMA_NAME, content: stableJson(frameDataJsonSchema(), 2) },
  ];
}

function writeFrameData(frames: readonly Frame[], { map, folder }: AnimatedMap): PublishedFile[] {
  return frames.map((frame, index) => ({
    name: `${folder}${frameDataName(frame)}`,
    content: () => {
      const data = describeFrameData(frame, map.frames[index]!, folder); // a map has every frame
      return Promise.resolve(Buffer.from(stableJson(frameDataSchema.parse(data))));
    },
  }));
}

/** What a page needs to know of the files. */
function describeFiles(
  source: PublishedSource,
  { frames, comparison }: RunResults,
  maps: readonly AnimatedMap[],
): RenderingSummary {
  const { look, dataset } = source;
  return {
    secondsPerFrame: look.secondsPerFrame,
    holdSeconds: look.holdSeconds,
    neighbours: countNeighboursKept(dataset.items.length),
    perFrame: frames.map((frame) => ({
      ...summaryFigures.frame.parse(frame),
      outliers: frame.outliers.map(({ index, ...outlier }) => {
        const { name, label } = dataset.items[index]!;
        return { name, className: dataset.classNames[label]!, ...outlier };
      }),
    })),
    maps: maps.map(({ map, folder, variants, gifs }) => ({
      ...map.options,
      ...map.figures,
      anchors: map.anchors?.map(describeAnchor),
      json: `${folder}${MANIFEST_NAME}`,
      perFrame: map.frames.map(summariseMapFigures),
      variants: variants.map(({ variant, pictures }, index) => ({
        ...describeVariant(variant),
        gif: gifs[index]!.name, // one a variant, in this order
        gifBytes: gifs[index]!.bytes,
        frames: pictures.map(({ name }) => name),
      })),
    })),
    comparison: comparison && {
      embeddingHits: [...comparison.embeddingHits],
      maps: comparison.maps.map(({ options, figures, frames: compared }) => ({
        ...options,
        ...figures,
        perFrame: compared.map(summariseMapFigures),
      })),
    },
  };
}

function describeVariant(variant: Variant) {
  const { arrangement, look } = variant;
  const { theme, width, height } = look;
  return { theme, arrangement, width, height, gif: gifName(variant) };
}

function describeAnchor({ name, label, x, y }: ClassAnchor) {
  return { name, class: label, x, y };
}

/** `animation.json` of one of a run's maps; paths are relative to its folder. */
function describeManifest(
  source: PublishedSource,
  { frames, comparison, outlierSettings, notices }: RunResults,
  { map, folder }: AnimatedMap,
  maps: readonly AnimatedMap[],
): Immutable<Manifest> {
  const { id, file, trainer, dataset, look } = source;
  const { classNames, originalClassNames = classNames } = dataset;
  const variants = listVariants(look);
  const styles = classStyles(classNames, variants[0].look);
  const toRoot = upwards(folder);
  return {
    $schema: `${toRoot}${SCHEMA_NAME}`,
    version: MANIFEST_VERSION,
    run: { id, title: file.title, description: file.description, credit: file.credit },
    classes: classNames.map((name, index) => ({
      name,
      originalName: originalClassNames[index] === name ? undefined : originalClassNames[index],
      ...styles[index]!,
    })),
    markers: Object.fromEntries(styles.map(({ marker }) => [marker, markerSymbol(marker)])),
    images: { names: dataset.items.map(({ name }) => name), labels: dataset.items.map(({ label }) => label) },
    map: {
      ...map.options,
      ...map.figures,
      anchors: map.anchors?.map(describeAnchor),
    },
    maps: maps.map((other) => ({
      name: other.map.options.name,
      title: other.map.options.title,
      projection: other.map.options.projection,
      json: `${toRoot}${other.folder}${MANIFEST_NAME}`,
    })),
    variants: variants.map(describeVariant),
    frames: frames.map((frame, index) => ({
      ...publishedFigures.training.parse(frame),
      picture: pictureName(frame, variants[0]),
      pictures: variants.map((variant) => pictureName(frame, variant)),
      data: frameDataName(frame),
      ...publishedFigures.computed.parse(frame),
      ...publishedFigures.map.parse(map.frames[index]),
      outliers: frame.outliers,
    })),
    comparison:
      folder === '' && comparison !== undefined
        ? {
            embeddingHits: comparison.embeddingHits,
            maps: comparison.maps.map(({ options, figures, frames: compared }) => ({
              ...options,
              ...figures,
              frames: compared,
            })),
          }
        : undefined,
    losses: trainer.losses.map(({ step, epoch, loss }) => ({ step, epoch, loss })),
    lossGaps: trainer.lossGaps?.map(({ step }) => step),
    provenance: {
      checkpoints: trainer.checkpoints.map(({ step, digest, modelType }) => ({ step, digest, modelType })),
      dataset: { source: dataset.source, digest: dataset.digest },
      outliers: outlierSettings,
      alignment: map.options.align === 'none' ? 'none' : `procrustes-${map.options.align}`,
      options: { ...look, k: file.k, dataset: portableDataset(file.dataset) },
      notices: noticeData([...listInputNotices(source), ...(notices ?? [])]),
      versions: stageVersions,
    },
  };
}

function describeFrameData(
  { step, scores }: Frame,
  { points, trueNeighbours }: MapFrame,
  folder: string,
): FrameData {
  return {
    $schema: `../${upwards(folder)}${FRAME_SCHEMA_NAME}`,
    version: MANIFEST_VERSION,
    step,
    x: columnOf(points, 0),
    y: columnOf(points, 1),
    scores: Array.from(scores),
    trueNeighbours: trueNeighbours && Array.from(trueNeighbours),
  };
}

/** The way from a folder below the run's to the run's: `../` for each of its names. */
function upwards(folder: string): string {
  return '../'.repeat(folder.split('/').length - 1);
}

/** A frame's data lies beside its picture. */
function frameDataName(frame: Frame): string {
  return `${frameStem(frame)}.json`;
}

function columnOf({ rows, cols, data }: Matrix, column: number): number[] {
  return Array.from({ length: rows }, (_, row) => data[row * cols + column]!);
}
