/** Results as a run of any size would have them, for tests of what is packed. */
import type {
  Dataset,
  Frame,
  RgbImage,
  RunMap,
  RunResults,
  TrainerRun,
} from '../../integrations/embedding-animation/contracts.ts';
import {
  completeMap,
  completeRunFile,
  runFileSchema,
} from '../../integrations/embedding-animation/options/index.ts';
import type { PackOrigin } from '../../integrations/embedding-animation/packed/index.ts';
import { seededRandom } from './make-run.ts';

/** How much there is. */
export interface ResultsFixture {
  readonly images: number;
  readonly frames: number;
  /** Longer side of an image, px. @default 32 */
  readonly side?: number;
}

/** A run with its results, on two maps. Points walk from frame to frame; the same fixture gives the same numbers. */
export function makeResults(fixture: ResultsFixture): { origin: PackOrigin; results: RunResults } {
  const frames = makeFrames(fixture);
  const maps: RunResults['maps'] = [makeMap(fixture), makeClassMap(fixture)];
  const results: RunResults = { frames, maps, outlierSettings: { k: 10, metric: 'cosine' } };
  const said = runFileSchema.parse({ dataset: { type: 'image-folder', path: 'images' } });
  const file = completeRunFile(said, 'Packed');
  const dataset = makeDataset(fixture);
  const asked = maps.map(({ options }) => options);
  const versions = { analysis: '1' };
  return { results, origin: { file, maps: asked, dataset, trainer: makeTrainer(frames), versions } };
}

function makeFrames({ images, frames }: ResultsFixture): Frame[] {
  const random = seededRandom(5);
  return Array.from({ length: frames }, (_, at) => {
    const meanDistances = Float64Array.from({ length: images }, () => 0.1 + random() / 4);
    const scores = meanDistances.map((distance) => Math.exp(-distance / 0.2));
    const strongest = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
    return {
      step: 10 * at,
      epoch: at / 4,
      loss: at === 0 ? undefined : 2 / at,
      accuracy: 1 - 1 / (at + 2),
      scores,
      meanDistance: meanDistances.reduce((sum, distance) => sum + distance, 0) / images,
      // Half of the leaders stay from frame to frame, as they do in a training.
      outliers: [0, 1, 2, 3, 4, ...strongest.slice(0, 5)].map((index) => ({
        index,
        score: scores[index]!,
        distanceRatio: meanDistances[index]! / 0.2,
      })),
    };
  });
}

function makeMap({ images, frames }: ResultsFixture): RunMap {
  const random = seededRandom(6);
  return {
    options: completeMap({ projection: 'per-checkpoint' }),
    figures: { temporalPearson: 0.43, temporalSpearman: 0.4, temporalStress: 0.2 },
    frames: makeWalk(images, frames, random).map((points) => ({
      points,
      explainedVarianceRatio: [0.5 + random() / 4, 0.1] as const,
      disparity: random(),
      reflected: random() < 0.5,
      mirrorGap: random(),
      trustworthiness: 0.8,
      trueNeighbours: Uint8Array.from({ length: images }, () => 10 * random()),
    })),
  };
}

function makeClassMap({ images, frames }: ResultsFixture): RunMap {
  const random = seededRandom(7);
  return {
    options: completeMap({ projection: 'classes', title: 'Petals' }),
    figures: { temperature: 2.5 },
    anchors: [
      { name: 'cats', label: 0, x: 0, y: 1 },
      { name: 'birds', label: 2, x: 1, y: 0 },
      { name: 'fish', label: undefined, x: 0, y: -1 },
      { name: 'dogs', label: 1, x: -1, y: 0 },
    ],
    frames: makeWalk(images, frames, random).map((points) => ({ points, disparity: 0.5, reflected: false })),
  };
}

function makeWalk(
  images: number,
  frames: number,
  random: () => number,
): RunMap['frames'][number]['points'][] {
  const normal = () => random() + random() + random() - 1.5;
  let data = Float64Array.from({ length: 2 * images }, () => normal() / 50);
  return Array.from({ length: frames }, () => {
    data = data.map((value) => value + normal() / 500);
    return { rows: images, cols: 2, data };
  });
}

function makeDataset({ images, side = 32 }: ResultsFixture): Dataset {
  return {
    classNames: ['cats', 'dogs', 'birds'],
    items: Array.from({ length: images }, (_, index) => ({
      name: `test/${String(index).padStart(5, '0')}.png`,
      label: index % 3,
    })),
    digest: 'd'.repeat(64),
    source: 'made for a test',
    decode: (index) => Promise.resolve(drawImage(index, side)),
  };
}

/** A slope with some noise: about as hard to compress as a photograph. */
export function drawImage(index: number, side: number): RgbImage {
  const random = seededRandom(index);
  const height = Math.max(1, side - (index % 2));
  const data = Uint8Array.from({ length: 3 * side * height }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / (3 * side))];
    return (x * (3 + (index % 4)) + y * (at % 3) + random() * 12) % 256;
  });
  return { width: side, height, data };
}

function makeTrainer(frames: readonly Frame[]): TrainerRun {
  return {
    run: 'packed',
    folder: '/nowhere',
    checkpoints: frames.map(({ step, epoch, loss, accuracy }, at) => ({
      ...{ run: 'packed', step, epoch, loss, accuracy, folder: `/nowhere/checkpoint-${step}` },
      ...{
        modelType: 'vit',
        embeddingWidth: 768,
        parameters: 85_800_963,
        bytes: 343_227_052,
        form: 'weights',
      },
      ...{ files: ['model.safetensors'], digest: String(at % 10).repeat(64) },
    })),
    losses: Array.from({ length: 10 * frames.length }, (_, at) => ({
      step: at + 1,
      epoch: (at + 1) / 40,
      loss: Math.fround(2 / (1 + at / 4)),
    })),
    evaluations: [{ step: 0, epoch: 0, accuracy: 0.5, loss: undefined }],
    classNames: ['cats', 'dogs', 'birds'],
    notices: [],
  };
}
