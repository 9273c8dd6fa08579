/** Stage 6: the JSON that goes with the pictures. */
import {
  MANIFEST_VERSION,
  manifestJsonSchema,
  manifestSchema,
  type Manifest,
} from '../artifacts/manifest.ts';
import type { PublishedFile } from '../artifacts/rendered-folder.ts';
import { roundTo, stableJson } from '../artifacts/stable-json.ts';
import type { Rendered } from '../artifacts/summary.ts';
import type { Frame, Matrix, RunResults } from '../contracts.ts';
import { classColours } from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import { pictureName } from './draw.ts';
import { GIF_NAME } from './join.ts';
import { stageVersions } from './versions.ts';

const MANIFEST_NAME = 'animation.json';
const SCHEMA_NAME = 'animation.schema.json';

/** `animation.json` and the schema it follows. */
export function writeManifest(source: RunSource, results: RunResults): PublishedFile[] {
  const manifest = manifestSchema.parse(describeManifest(source, results));
  return [
    { name: MANIFEST_NAME, content: stableJson(manifest) },
    { name: SCHEMA_NAME, content: stableJson(manifestJsonSchema(), 2) },
  ];
}

/** What a page needs to know of the files. */
export function describeFiles(source: RunSource, frames: readonly Frame[], gifBytes: number): Rendered {
  const { look, dataset } = source;
  return {
    width: look.width,
    height: look.height,
    secondsPerFrame: look.secondsPerFrame,
    holdSeconds: look.holdSeconds,
    gif: GIF_NAME,
    gifBytes,
    json: MANIFEST_NAME,
    frames: frames.map(pictureName),
    perFrame: frames.map((frame) => ({
      ...describeTraining(frame),
      explainedVariance: roundPair(frame.explainedVarianceRatio),
      disparity: roundTo(frame.disparity),
      meanDistance: roundTo(mean(frame.meanDistances)),
      outliers: frame.outliers.map(({ index, score }) => {
        const { name, label } = dataset.items[index]!;
        return { name, className: dataset.classNames[label]!, score: roundTo(score) };
      }),
    })),
  };
}

function describeManifest(source: RunSource, { frames, neighbours }: RunResults): Manifest {
  const { id, file, trainer, dataset, look } = source;
  const colours = classColours(dataset.classNames.length, look);
  return {
    $schema: SCHEMA_NAME,
    version: MANIFEST_VERSION,
    run: { id, title: file.title, description: file.description, credit: file.credit },
    classes: dataset.classNames.map((name, index) => ({ name, colour: colours[index]! })),
    images: { names: dataset.items.map(({ name }) => name), labels: dataset.items.map(({ label }) => label) },
    frames: frames.map((frame) => ({
      ...describeTraining(frame),
      picture: pictureName(frame),
      x: roundColumn(frame.points, 0),
      y: roundColumn(frame.points, 1),
      scores: Array.from(frame.scores, (score) => roundTo(score)),
      meanDistance: roundTo(mean(frame.meanDistances)),
      explainedVarianceRatio: roundPair(frame.explainedVarianceRatio),
      disparity: roundTo(frame.disparity),
      reflected: frame.reflected,
      outliers: frame.outliers.map(({ index, score }) => ({ index, score: roundTo(score) })),
    })),
    losses: trainer.losses.map(({ step, epoch, loss }) => ({
      step,
      epoch: roundTo(epoch),
      loss: roundTo(loss),
    })),
    provenance: {
      checkpoints: trainer.checkpoints.map(({ step, digest, modelType }) => ({ step, digest, modelType })),
      dataset: { source: dataset.source, digest: dataset.digest },
      outliers: neighbours,
      alignment: 'procrustes-last',
      options: { ...look, k: file.k, dataset: file.dataset },
      versions: stageVersions,
    },
  };
}

function describeTraining({ step, epoch, loss, accuracy }: Frame) {
  return { step, epoch: roundKnown(epoch), loss: roundKnown(loss), accuracy: roundKnown(accuracy) };
}

function roundKnown(value: number | undefined): number | undefined {
  return value === undefined ? undefined : roundTo(value);
}

function roundPair([first, second]: readonly [number, number]): [number, number] {
  return [roundTo(first), roundTo(second)];
}

function roundColumn({ rows, cols, data }: Matrix, column: number): number[] {
  return Array.from({ length: rows }, (_, row) => roundTo(data[row * cols + column]!));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
