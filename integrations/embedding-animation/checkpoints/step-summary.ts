/** What the history of a training knows of the model at a step. */
import type { Checkpoint, LossGap } from '../contracts.ts';
import type { History } from './history.ts';

/** What a history says of the model at a step. */
export type StepSummary = Pick<Checkpoint, 'epoch' | 'loss' | 'accuracy'>;

/**
 * What the history knows of the model at each step: the last loss logged up to it, if that can be drawn, the accuracy
 * measured at it, and its epoch. Where no row is of that very step, the epoch is in proportion to the last row's, since
 * every epoch has as many steps; it is unknown where no row knows it.
 */
export function openSummary({
  losses,
  lossGaps,
  evaluations,
  hasEpochs,
}: Omit<History, 'notices'>): (step: number) => StepSummary {
  const evaluated = new Map(evaluations.map((row) => [row.step, row]));
  const ends = [losses.at(-1), lossGaps.at(-1), evaluations.at(-1)].filter((row) => row !== undefined);
  const end = ends.reduce<LossGap>((a, b) => (b.step > a.step ? b : a), { step: 0, epoch: 0 });
  return (step) => {
    const evaluation = evaluated.get(step);
    const loss = lastUpTo(losses, step);
    const gap = lastUpTo(lossGaps, step);
    const own = [evaluation, loss, gap].find((row) => row?.step === step)?.epoch;
    const scaled = end.step > 0 ? (step * end.epoch) / end.step : undefined;
    const isBroken = gap !== undefined && gap.step > (loss?.step ?? -1);
    return {
      epoch: hasEpochs ? (own ?? scaled) : undefined,
      loss: isBroken ? undefined : loss?.loss,
      accuracy: evaluation?.accuracy,
    };
  };
}

/** The last row that is not after `step`, of rows in the order of their steps. */
function lastUpTo<Row extends { readonly step: number }>(
  rows: readonly Row[],
  step: number,
): Row | undefined {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.step <= step) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}
