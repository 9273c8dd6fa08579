/** What is said of logs that are not used, or with a reservation. */
import type { EvaluationRow, LossGap, LossRow, Notice } from '../contracts.ts';
import { makeNotice } from '../notices.ts';
import type { CheckpointFolder } from './find-checkpoints.ts';
import type { DescribedLog } from './log-rows.ts';
import type { TrainerLog } from './trainer-state.ts';

/** Steps in a row without a loss are one item: `51–3000`. */
export function noteGaps(losses: readonly LossRow[], gaps: readonly LossGap[]): Notice[] {
  if (gaps.length === 0) return [];
  const items: string[] = [];
  let next = 0;
  for (let index = 0; index < gaps.length; index++) {
    const from = gaps[index]!.step;
    while (next < losses.length && losses[next]!.step < from) next++;
    const until = losses[next]?.step ?? Infinity;
    while (index + 1 < gaps.length && gaps[index + 1]!.step < until) index++;
    const to = gaps[index]!.step;
    items.push(from === to ? String(from) : `${from}–${to}`);
  }
  return [makeNotice('LossesLeftOut', items, { values: gaps.length })];
}

/** Values that can't be used, as `LeftOutValues` describes them. */
export function noteValues(items: readonly string[]): Notice[] {
  return items.length === 0 ? [] : [makeNotice('HistoryValuesLeftOut', items, {})];
}

/** Accuracies that are there and not shown, where nobody chose. */
export function noteEvaluations({ found }: DescribedLog, wanted: string | undefined): Notice[] {
  const { keys, others, candidates, hasAccuracy } = found;
  if (wanted !== undefined) return [];
  if (hasAccuracy)
    return others.length === 0 ? [] : [makeNotice('EvaluationsNotUsed', others, { used: keys.accuracy })];
  return candidates.length === 0 ? [] : [makeNotice('AccuracyNotFound', candidates, {})];
}

/** The model before its training is evaluated only by those who ask for it, and not missed. */
export function noteMissing(
  checkpoints: readonly CheckpointFolder[],
  evaluations: readonly EvaluationRow[],
): Notice[] {
  const evaluated = new Set(
    evaluations.flatMap(({ step, accuracy }) => (accuracy === undefined ? [] : step)),
  );
  const missing = checkpoints.filter(({ step }) => step > 0 && !evaluated.has(step));
  if (evaluated.size === 0 || missing.length === 0) return [];
  const names = missing.map(({ name }) => name);
  return [makeNotice('CheckpointsWithoutAccuracy', names, { checkpoints: checkpoints.length })];
}

/** The log of a training that ended before the last checkpoints is not theirs, or was not written again. */
export function noteEnd(
  checkpoints: readonly CheckpointFolder[],
  { globalStep: end }: Pick<TrainerLog, 'globalStep'>,
): Notice[] {
  if (end === undefined) return [];
  const after = checkpoints.filter(({ step }) => step > end).map(({ name }) => name);
  return after.length === 0 ? [] : [makeNotice('HistoryEndsEarly', after, { end })];
}
