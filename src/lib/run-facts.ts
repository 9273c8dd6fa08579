import type { RunSummary } from 'astro-embedding-animation';
import { formatCount, formatFixed, formatMillions, formatShare } from './format.ts';

type FrameFigures = NonNullable<RunSummary['animation']>['perFrame'][number];

/** What an article says about a run, ready to print. Figures that are not there yet are dashes. */
export interface RunFacts {
  readonly images: string;
  readonly classes: string;
  readonly parameters: string;
  readonly hiddenSize: string;
  readonly checkpoints: string;
  readonly lastStep: string;
  readonly epochs: string;
  readonly firstAccuracy: string;
  readonly lastAccuracy: string;
  /** Accuracy of guessing one class at random. */
  readonly chance: string;
  readonly firstLoss: string;
  readonly lastLoss: string;
  readonly firstVariance: string;
  readonly lastVariance: string;
  readonly firstDisparity: string;
  readonly firstDistance: string;
  readonly lastDistance: string;
}

/** Reads the facts of a run. */
export function readRunFacts(run: RunSummary): RunFacts {
  const { training, animation } = run;
  const first = animation?.perFrame.at(0);
  const last = animation?.perFrame.at(-1);
  return {
    images: formatCount(run.images),
    classes: formatCount(run.classNames.length),
    parameters: formatMillions(run.parameters),
    hiddenSize: formatCount(run.hiddenSize),
    checkpoints: formatCount(training.steps.length),
    lastStep: formatCount(training.lastStep),
    epochs: formatFixed(training.epochs, 0),
    firstAccuracy: formatShare(training.accuracies.at(0)?.accuracy),
    lastAccuracy: formatShare(training.accuracies.at(-1)?.accuracy),
    chance: formatShare(1 / run.classNames.length),
    firstLoss: formatFixed(training.losses.first, 2),
    lastLoss: formatFixed(training.losses.last, 2),
    firstVariance: formatShare(sumVariance(first)),
    lastVariance: formatShare(sumVariance(last)),
    firstDisparity: formatFixed(first?.disparity, 2),
    firstDistance: formatFixed(first?.meanDistance, 4),
    lastDistance: formatFixed(last?.meanDistance, 4),
  };
}

/** Share of the variance on both axes of a map; `undefined` for no frame. */
export function sumVariance(frame: FrameFigures | undefined): number | undefined {
  return frame === undefined ? undefined : frame.explainedVariance[0] + frame.explainedVariance[1];
}
