/** Embeddings from nothing but a seed. */
import type { Embeddings } from '../../integrations/embedding-animation/contracts.ts';
import { seededNormal, seededUniform } from './random.ts';

/** Classes of the structured data; row i belongs to class i mod 10. */
export const CLASSES = 10;

/**
 * The spectrum of a real model: as many axes as classes, less one, carry most of the variance, and it falls fast behind
 * them. 16 axes leave 10 % of it and 32 leave 4 %, as in the embeddings of CIFAR-10's 10,000 test images by the
 * first checkpoint of examples/cifar10 (10 % and 3 %; by the last one 6 % and 2 %).
 */
const LEADING_AXES = 9;
const LEADING_DECAY = 0.75;
const TRAILING_DECAY = 2.5;
/** Standard deviation of the class centres, in those of a class: 39 % of the variance lies between classes. */
const CLASS_SPREAD = 0.8;
/** Standard deviation of the mean, likewise: embeddings lie off the origin. */
const OFFSET = 0.9;
/** Rounds of turns in pairs of axes: after them every axis has a part of every other. */
const TURNING_ROUNDS = 12;

/** `[n × d]` with ten classes and the spectrum of a trained model's embeddings, in no special orientation. */
export function makeStructured(rows: number, cols: number, seed: number): Embeddings {
  const normal = seededNormal(seed);
  const deviations = Float64Array.from({ length: cols }, (_, j) => Math.sqrt(varianceOf(j + 1)));
  const centres = Array.from({ length: CLASSES }, () =>
    deviations.map((deviation) => CLASS_SPREAD * deviation * normal()),
  );
  const mean = deviations.map((deviation) => OFFSET * deviation * normal());
  const uniform = seededUniform(seed + 1);
  const turns = Array.from({ length: TURNING_ROUNDS }, () => drawTurns(cols, uniform));
  const data = sharedFloats(rows * cols);
  const row = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    const centre = centres[i % CLASSES]!;
    for (let j = 0; j < cols; j++) row[j] = mean[j]! + centre[j]! + deviations[j]! * normal();
    for (const turn of turns) turnPairs(row, turn);
    data.set(row, i * cols);
  }
  return { rows, cols, data };
}

/** `[n × d]` independent normal numbers: no axis, no class, nothing to leave out. */
export function makeUnstructured(rows: number, cols: number, seed: number): Embeddings {
  const normal = seededNormal(seed);
  const data = sharedFloats(rows * cols);
  for (let i = 0; i < data.length; i++) data[i] = normal();
  return { rows, cols, data };
}

/** (1 − share) · from + share · to. */
export function interpolate(from: Embeddings, to: Embeddings, share: number): Embeddings {
  const data = sharedFloats(from.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (1 - share) * from.data[i]! + share * to.data[i]!;
  return { ...from, data };
}

/** Variance of a class on principal axis `j`, from 1. */
function varianceOf(j: number): number {
  const leading = Math.min(j, LEADING_AXES) ** -LEADING_DECAY;
  return leading * (Math.max(j, LEADING_AXES) / LEADING_AXES) ** -TRAILING_DECAY;
}

/** Memory that threads share, as the pipeline gives it. */
function sharedFloats(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** Which axes are turned against each other, and by how much. */
interface Turns {
  /** A permutation of the axes: two in a row are a pair. An odd one out stays. */
  readonly order: Uint32Array;
  /** Cosine and sine of each pair's angle. */
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/** Draws pairs and angles (Fisher and Yates' shuffle). */
function drawTurns(cols: number, uniform: () => number): Turns {
  const order = Uint32Array.from({ length: cols }, (_, axis) => axis);
  for (let last = cols - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  const angles = Float64Array.from({ length: cols >> 1 }, () => 2 * Math.PI * uniform());
  return { order, cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
}

/** Turns each pair of entries of `row`, in place. */
function turnPairs(row: Float64Array, { order, cosines, sines }: Turns): void {
  for (let pair = 0; pair < cosines.length; pair++) {
    const [first, second] = [order[2 * pair]!, order[2 * pair + 1]!];
    const [cos, sin] = [cosines[pair]!, sines[pair]!];
    const [x, y] = [row[first]!, row[second]!];
    row[first] = cos * x - sin * y;
    row[second] = sin * x + cos * y;
  }
}
