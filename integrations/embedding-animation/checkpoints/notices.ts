/** What is said of a run's checkpoints and of its logs: what is not used, or with a reservation. */
import { join } from 'node:path';
import { parseJson, stableJson } from '../artifacts/stable-json.ts';
import type { Checkpoint, EvaluationRow, LossGap, LossRow, Notice } from '../contracts.ts';
import { readRegularFile } from '../files.ts';
import { isRecord } from '../formats/json.ts';
import { IMAGE_PROCESSOR_CONFIG, PROCESSOR_CONFIG } from '../formats/model-files.ts';
import { makeNotice } from '../notices.ts';
import { listModelsIn, type CheckpointFolder } from './find-checkpoints.ts';
import type { DescribedLog } from './log-rows.ts';
import type { OpenedCheckpoint, TrainerRunOptions } from './open-checkpoint.ts';
import type { TrainerLog } from './trainer-state.ts';

// --- models and files

/** Notes models beside the checkpoints and their bases, such as `checkpoint-best`, where nobody chose these. */
export async function noteUnusedModels(
  folder: string,
  checkpoints: readonly Pick<Checkpoint, 'folder' | 'base'>[],
  { checkpoints: chosen, ready }: Pick<TrainerRunOptions, 'checkpoints' | 'ready'>,
): Promise<Notice[]> {
  if (chosen !== undefined) return [];
  const used = new Set(
    checkpoints.flatMap(({ folder: own, base }) => (base === undefined ? own : [own, base])),
  );
  const unused = await listModelsIn(folder, '.', ready.names, used);
  return unused.length === 0 ? [] : [makeNotice('CheckpointsNotUsed', unused, {})];
}

/** Notes adapters that are not read, since the checkpoint has whole weights too. */
export function noteUnusedAdapters(opened: readonly OpenedCheckpoint[]): Notice[] {
  const names = opened.filter((checkpoint) => checkpoint.leavesAdapter).map(({ name }) => name);
  return names.length === 0 ? [] : [makeNotice('AdapterNotUsed', names, {})];
}

/** Notes what files of ready embeddings hold beside them. */
export function noteUnusedColumns(opened: readonly Pick<OpenedCheckpoint, 'unused'>[]): Notice[] {
  const unused = new Set(opened.flatMap((checkpoint) => checkpoint.unused));
  return unused.size === 0 ? [] : [makeNotice('EmbeddingColumnsNotUsed', [...unused], {})];
}

/** Files that say how images are prepared; the first that is there counts. */
const PROCESSORS = [IMAGE_PROCESSOR_CONFIG, PROCESSOR_CONFIG];
/** Keys that name classes and versions, and decide no pixel. */
const NAMES = new Set([
  'feature_extractor_type',
  'image_processor_type',
  'processor_class',
  'transformers_version',
]);

/**
 * Notes checkpoints with other classes than the last one, and those that prepare images in another way: of both only
 * the last one's, or each one's own, can be meant.
 * @param opened by step, at least one
 */
export async function noteDifferences(opened: readonly OpenedCheckpoint[]): Promise<Notice[]> {
  const last = opened.at(-1)!;
  const labelled = opened.filter(({ config }) => hasOtherNames(config.classNames, last.config.classNames));
  const prepared = await findOtherProcessors(opened, last);
  const nameAll = (found: readonly OpenedCheckpoint[]): string[] => found.map(({ name }) => name);
  return [
    ...(labelled.length === 0 ? [] : [makeNotice('LabelsDiffer', nameAll(labelled), { last: last.name })]),
    ...(prepared.length === 0
      ? []
      : [makeNotice('ProcessorsDiffer', nameAll(prepared), { last: last.name })]),
  ];
}

function hasOtherNames(own: readonly string[], last: readonly string[]): boolean {
  if (own === last || own.length === 0 || last.length === 0) return false;
  return own.length !== last.length || own.some((name, index) => name !== last[index]);
}

async function findOtherProcessors(
  opened: readonly OpenedCheckpoint[],
  last: OpenedCheckpoint,
): Promise<OpenedCheckpoint[]> {
  if (last.files.form === 'embeddings') return [];
  const wanted = await readProcessor(last.folder);
  const others: OpenedCheckpoint[] = [];
  if (wanted === undefined) return others;
  for (const checkpoint of opened) {
    if (checkpoint === last || checkpoint.files.form === 'embeddings') continue;
    const own = await readProcessor(checkpoint.folder);
    if (own === undefined || own.equals(wanted)) continue;
    if (describeProcessor(own) !== describeProcessor(wanted)) others.push(checkpoint);
  }
  return others;
}

async function readProcessor(folder: string): Promise<Buffer | undefined> {
  for (const name of PROCESSORS) {
    const bytes = await readRegularFile(join(folder, name)).catch(() => undefined);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

/** What decides pixels, in a stable order; nothing of what is no JSON, which is refused by those who need it. */
function describeProcessor(bytes: Buffer): string {
  const parsed = parseJson(bytes.toString('utf8'));
  if (parsed === undefined) return '';
  const processor =
    isRecord(parsed) && isRecord(parsed['image_processor']) ? parsed['image_processor'] : parsed;
  if (!isRecord(processor)) return stableJson(processor);
  const deciding = Object.entries(processor).filter(([key]) => !NAMES.has(key) && !key.startsWith('_'));
  return stableJson(Object.fromEntries(deciding));
}

// --- logs

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
