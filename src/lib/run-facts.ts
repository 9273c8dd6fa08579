import type { RunSummary } from 'astro-embedding-animation';
import {
  formatBytes,
  formatCount,
  formatFixed,
  formatFraction,
  formatMillions,
  formatShare,
  spellCount,
  UNKNOWN,
} from './format.ts';

type FrameFigures = NonNullable<RunSummary['animation']>['perFrame'][number];

/** What pages say about a run, ready to print: sizes, how training went, how the maps changed. */
export function readRunFacts(run: RunSummary) {
  return { ...readSizes(run), ...readTraining(run), ...readMaps(run) };
}

function readSizes(run: RunSummary) {
  return {
    images: formatCount(run.images),
    classes: spellCount(run.classNames.length),
    classCount: formatCount(run.classNames.length),
    parameters: formatParameters(run.parameters),
    hiddenSize: formatCount(run.hiddenSize),
    checkpoints: formatCount(run.training.steps.length),
    gifSize: run.animation === undefined ? UNKNOWN : formatBytes(run.animation.gifBytes),
  };
}

function readTraining({ training }: RunSummary) {
  const first = training.accuracies.at(0);
  const last = training.accuracies.at(-1);
  return {
    lastStep: formatCount(training.lastStep),
    epochs: formatFixed(training.epochs, 0),
    firstAccuracy: formatShare(first?.accuracy),
    firstAccuracyStep: formatStep(first?.step),
    lastAccuracy: formatShare(last?.accuracy),
    lastAccuracyStep: formatStep(last?.step),
    /** Accuracy of picking one of the model's classes evenly at random. */
    chance: formatShare(training.classes === 0 ? undefined : 1 / training.classes),
    firstLoss: formatFixed(training.losses.first, 2),
    lastLoss: formatFixed(training.losses.last, 2),
  };
}

function readMaps({ animation }: RunSummary) {
  const first = animation?.perFrame.at(0);
  const last = animation?.perFrame.at(-1);
  const lastNames = new Set(last?.outliers.map(({ name }) => name));
  const shared = first?.outliers.filter(({ name }) => lastNames.has(name)).length;
  return {
    firstVariance: formatShare(sumVariance(first)),
    lastVariance: formatShare(sumVariance(last)),
    firstDisparity: formatFraction(first?.disparity, 2),
    /** Size of the first map beside the last one, which is 1: the scale that Procrustes gives it. */
    firstScale: formatShare(first === undefined ? undefined : Math.sqrt(Math.max(0, 1 - first.disparity))),
    firstDistance: formatFixed(first?.meanDistance, 4),
    lastDistance: formatFixed(last?.meanDistance, 4),
    /** How many images are on both the first and the last list of outliers. */
    sharedOutliers: shared === undefined ? UNKNOWN : spellCount(shared),
  };
}

/** Counted in weights only: of ready embeddings and ONNX exports they are not known, and given as 0. */
function formatParameters(parameters: number): string {
  return parameters === 0 ? UNKNOWN : formatMillions(parameters);
}

function formatStep(step: number | undefined): string {
  return step === undefined ? UNKNOWN : formatCount(step);
}

/** Share of the variance on both axes of a map; `undefined` for no frame, and for a map without axes. */
export function sumVariance(frame: Pick<FrameFigures, 'explainedVariance'> | undefined): number | undefined {
  const shares = frame?.explainedVariance;
  return shares && shares[0] + shares[1];
}

/** What pages say about one map of a run, by its name; dashes where the run has no such map. */
export function readMapFacts({ animation }: RunSummary, name: string) {
  const map = animation?.maps.find((candidate) => candidate.name === name);
  const last = map?.perFrame.at(-1);
  const neighbours = animation?.neighbours ?? 0;
  const hit = last?.neighbourhoodHit;
  return {
    lastVariance: formatShare(sumVariance(last)),
    /** Correlation between how far images move on the map and in embedding space. */
    movement: formatFixed(map?.temporalPearson, 2),
    trustworthiness: formatFraction(last?.trustworthiness, 2),
    /** How many of an image's neighbours on the map are of its class. */
    ownClass: formatFixed(hit && hit * neighbours, 1),
    neighbours: spellCount(neighbours),
    temperature: formatFixed(map?.temperature, 2),
  };
}
