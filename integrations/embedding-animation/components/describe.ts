/** Words for what an animation shows: its text alternative, the label of each frame, the size of a file. */
import type { RunSummary } from '../artifacts/summary.ts';

type Animation = NonNullable<RunSummary['animation']>;
type FrameFigures = Animation['perFrame'][number];

const LOCALE = 'en';
const BYTES_PER_KB = 1000;
const BYTES_PER_MB = 1_000_000;

/** A whole number with separators: `1,912`. */
export function formatCount(count: number): string {
  return count.toLocaleString(LOCALE);
}

/** A share 0 … 1 in percent: `51.3%`. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** The size of a file in decimal units: `740 kB`, `1.8 MB`. */
export function formatBytes(bytes: number): string {
  const kilobytes = Math.round(bytes / BYTES_PER_KB);
  if (kilobytes * BYTES_PER_KB < BYTES_PER_MB) return `${Math.max(1, kilobytes)}\u00a0kB`;
  return `${(bytes / BYTES_PER_MB).toFixed(1)}\u00a0MB`;
}

/** One frame in a line: `Step 120 · epoch 1.2 · accuracy 45.1%`. Figures that the run lacks are left out. */
export function labelFrame({ step, epoch, accuracy }: FrameFigures): string {
  const parts = [`Step ${formatCount(step)}`];
  if (epoch !== undefined) parts.push(`epoch ${epoch.toFixed(epoch < 10 ? 2 : 1)}`);
  if (accuracy !== undefined) parts.push(`accuracy ${formatShare(accuracy)}`);
  return parts.join(' · ');
}

/** What a reader who can't see the animation is told about it, from the run's own figures. */
export function describeAnimation(run: RunSummary, animation: Animation): string {
  const first = animation.perFrame.at(0);
  const last = animation.perFrame.at(-1);
  const classes = `${formatCount(run.classNames.length)} ${run.classNames.length === 1 ? 'class' : 'classes'}`;
  const sentences = [
    `Animated scatter plot: the embeddings of ${formatCount(run.images)} images from ${classes}, projected on two ` +
      `principal components, one dot an image, coloured by class, one frame for each of ` +
      `${formatCount(animation.frames)} checkpoints${describeSteps(first, last)}.`,
  ];
  if (first?.accuracy !== undefined && last?.accuracy !== undefined) {
    sentences.push(
      `Held-out accuracy goes from ${formatShare(first.accuracy)} to ${formatShare(last.accuracy)}.`,
    );
  }
  if (first !== undefined && last !== undefined) {
    sentences.push(
      `The two components hold ${formatShare(sumShares(first))} of the variance in the first frame and ` +
        `${formatShare(sumShares(last))} in the last.`,
    );
  }
  sentences.push('Beside the map, each frame shows its ten strongest outliers and the training loss so far.');
  return sentences.join(' ');
}

function describeSteps(first: FrameFigures | undefined, last: FrameFigures | undefined): string {
  if (first === undefined || last === undefined) return '';
  return `, from step ${formatCount(first.step)} to step ${formatCount(last.step)}`;
}

function sumShares({ explainedVariance: [x, y] }: FrameFigures): number {
  return x + y;
}
