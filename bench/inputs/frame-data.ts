/** A run to draw: what all of its frames share, for both sides. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LossRow, Matrix, RgbImage } from '../../integrations/embedding-animation/contracts.ts';
import { animationSchema } from '../../integrations/embedding-animation/options/index.ts';
import { listVariants } from '../../integrations/embedding-animation/variants.ts';
import {
  frameExtent,
  type Extent,
  type FrameInput,
} from '../../integrations/embedding-animation/rendering/index.ts';
import type { Inputs } from './index.ts';
import { seededNormal } from './random.ts';

/** Width and height of a frame, px. */
const SIDE = 1600;
const LOGGED_STEPS = 1200;
const THUMBNAILS = 32;
const OUTLIERS = 10;
const TITLE = 'Ten classes, drawn by both sides';

/** What frames of one run have in common. */
export interface FrameData {
  /** A JSON file for Python. */
  readonly path: string;
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  readonly losses: readonly LossRow[];
  readonly thumbnails: readonly RgbImage[];
  readonly side: number;
}

/** Makes the frame data and writes it for Python to `folder`. */
export async function makeFrameData(inputs: Inputs, folder: string): Promise<FrameData> {
  const { dataset, path: images } = await inputs.images(THUMBNAILS);
  const thumbnails = await Promise.all(dataset.items.map((_, index) => dataset.decode(index)));
  const labels = Int32Array.from({ length: inputs.rows }, (_, i) => i % dataset.classNames.length);
  const losses = makeLosses();
  const path = join(folder, 'frame-data.json');
  const forPython = {
    title: TITLE,
    side: SIDE,
    classNames: dataset.classNames,
    labels: [...labels],
    images,
    steps: losses.map(({ step }) => step),
    losses: losses.map(({ loss }) => loss),
  };
  await writeFile(path, JSON.stringify(forPython));
  return { path, labels, classNames: dataset.classNames, losses, thumbnails, side: SIDE };
}

/** One frame for our side: a map, its extent, the lowest scores with their thumbnails. */
export function describeFrame(
  { labels, classNames, losses, thumbnails, side }: FrameData,
  points: Matrix<Float64Array>,
  scores: Float64Array,
  outliers: readonly number[],
  { step, extent = frameExtent([points]) }: { readonly step: number; readonly extent?: Extent },
): FrameInput {
  return {
    title: TITLE,
    step,
    epoch: step / 100,
    lastStep: LOGGED_STEPS,
    points,
    extent,
    labels,
    classNames,
    outliers: outliers.slice(0, OUTLIERS).map((index) => ({
      thumbnail: thumbnails[index % thumbnails.length]!,
      className: classNames[labels[index]!]!,
      classIndex: labels[index]!,
      name: `image-${index}`,
      distanceRatio: -Math.log(scores[index]!), // a score is exp(−distance / median)
      index,
    })),
    losses,
    accuracy: 0.5,
    look: listVariants(animationSchema.parse({ width: side, height: side }))[0].look,
  };
}

function makeLosses(): LossRow[] {
  const normal = seededNormal(5);
  return Array.from({ length: LOGGED_STEPS }, (_, index) => {
    const step = index + 1;
    return {
      step,
      epoch: step / 100,
      loss: 0.6 + 1.7 * Math.exp((-4 * step) / LOGGED_STEPS) + 0.1 * normal(),
    };
  });
}
