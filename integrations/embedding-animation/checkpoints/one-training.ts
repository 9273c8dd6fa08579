/**
 * Whether checkpoints are of one training. The Trainer keeps its log in every checkpoint and only adds rows to it, so
 * that each checkpoint's log begins that of any later one; a second training in the same folder leaves checkpoints whose
 * logs contradict each other.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notice } from '../contracts.ts';
import { EmbeddingAnimationError, makeError } from '../errors.ts';
import { isRecord } from '../formats/json.ts';
import { makeNotice } from '../notices.ts';
import type { CheckpointFolder } from './find-checkpoints.ts';
import { isCount } from './log-rows.ts';
import { beginsWith, openLogText, readTrainerLog, TRAINER_STATE } from './trainer-state.ts';

/** The log of the last checkpoint that has one. */
export interface ReferenceLog {
  /** Absolute path of its file. */
  readonly path: string;
  readonly rows: readonly unknown[];
}

/** What a log says: by the key of a value, such as `loss`, the first value of each step. */
type IndexedLog = ReadonlyMap<string, ReadonlyMap<number, unknown>>;

/** A checkpoint whose log contradicts that of the last one. */
interface Stranger {
  readonly checkpoint: CheckpointFolder;
  readonly contradiction: Contradiction;
}

/** Checkpoints whose logs do not contradict the log of the last of them. */
interface Training {
  readonly log: IndexedLog;
  readonly members: CheckpointFolder[];
}

/** Two logs that say different things of a step. */
export interface Contradiction {
  readonly key: string;
  readonly step: number;
  /** In the earlier checkpoint, and in the later one; `undefined` where it has nothing of that step. */
  readonly values: readonly [earlier: unknown, later: unknown];
}

/** Last checkpoints of a training whose dates are compared. */
const MEMBERS_DATED = 100;
/** Names in a list of run.yaml, and in a sentence. */
const MOST_LISTED = 12;
const MOST_NAMED = 4;
/** Trainings that are told apart before the rest is left at "others". */
const MOST_TRAININGS = 8;

/**
 * Compares every checkpoint's own log with that of the last one.
 * @returns notices on checkpoints of another training whose steps run.yaml says
 * @throws EmbeddingAnimationError `TrainingsMixed`
 */
export async function checkOneTraining(
  folder: string,
  checkpoints: readonly CheckpointFolder[],
  reference: ReferenceLog,
): Promise<Notice[]> {
  const indexed = indexLog(reference.rows);
  const text = await openLogText(reference.path);
  const strangers: Stranger[] = [];
  for (const checkpoint of checkpoints) {
    const path = pathOfLog(checkpoint);
    if (path === reference.path || !(await isFile(path))) continue;
    if (text !== undefined && (await beginsWith(text, path))) continue;
    const log = await readLog(path);
    const contradiction = log && findContradiction(log, indexed);
    if (contradiction !== undefined) strangers.push({ checkpoint, contradiction });
  }
  const [first] = strangers.filter(({ checkpoint }) => checkpoint.isStepConfigured !== true);
  if (first === undefined) return noteStrangers(strangers.map(({ checkpoint }) => checkpoint));
  const compared = checkpoints.filter(
    (checkpoint) => checkpoint.isStepConfigured !== true || pathOfLog(checkpoint) === reference.path,
  );
  throw await describeMixture(folder, compared, reference, first);
}

/** The first thing that `earlier` says and `later`, which should go on from it, does not; `undefined` where they agree. */
export function findContradiction(earlier: IndexedLog, later: IndexedLog): Contradiction | undefined {
  for (const [key, values] of earlier) {
    const others = later.get(key);
    if (others === undefined) continue; // what is measured may change when a training goes on
    let [from, to] = [Infinity, -Infinity];
    for (const step of others.keys()) [from, to] = [Math.min(from, step), Math.max(to, step)];
    for (const [step, value] of values) {
      const isCovered = others.has(step) || (from < step && step < to);
      if (isCovered && !isSame(value, others.get(step)))
        return { key, step, values: [value, others.get(step)] };
    }
  }
  return undefined;
}

/**
 * Losses, epochs and evaluations by step; of two rows the first counts. Times differ when the same training is run
 * again, and no row is compared that is the summary of a training.
 */
export function indexLog(rows: readonly unknown[]): IndexedLog {
  const log = new Map<string, Map<number, unknown>>();
  for (const row of rows) {
    if (!isRecord(row) || !isCount(row['step'])) continue;
    const { step } = row;
    const keys = Object.keys(row).filter(
      (key) => key === 'loss' || (key.startsWith('eval_') && !TIMES.test(key)),
    );
    for (const key of keys.length === 0 ? [] : [...keys, 'epoch']) {
      const values = log.get(key) ?? new Map<number, unknown>();
      log.set(key, values);
      if (!values.has(step)) values.set(step, row[key]);
    }
  }
  return log;
}

/** What a log says of how long things took. */
const TIMES = /_(?:runtime|per_second|time)$/;
/** Numbers that were written with fewer digits by another tool are the same. */
const TOLERANCE = 1e-6;

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number')
    return one === other || Math.abs(one - other) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
  return JSON.stringify(one) === JSON.stringify(other);
}

function pathOfLog({ folder }: CheckpointFolder): string {
  return join(folder, TRAINER_STATE);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

/** What is no log can't contradict one; the history leaves it out with a notice where it needs it. */
async function readLog(path: string): Promise<IndexedLog | undefined> {
  try {
    return indexLog((await readTrainerLog(path)).rows);
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) return undefined;
    throw error;
  }
}

// --- what is said of several trainings

/** Which checkpoints belong together, found from the last one back. */
async function describeMixture(
  folder: string,
  checkpoints: readonly CheckpointFolder[],
  reference: ReferenceLog,
  { checkpoint, contradiction }: Stranger,
): Promise<EmbeddingAnimationError> {
  const trainings = await groupTrainings(checkpoints);
  const { key, step, values } = contradiction;
  const owner = checkpoints.find((other) => pathOfLog(other) === reference.path);
  const names = trainings.map(({ members }) => members.map(({ name }) => name));
  const newest = await findNewest(folder, trainings);
  const chosen = names[newest ?? names.length - 1] ?? [];
  const facts = {
    count: trainings.length,
    trainings: names.map(nameTraining).join('; and '),
    key,
    step,
    one: `${say(values[0])} in the log of ${checkpoint.name}`,
    other: `${say(values[1])} in that of ${owner?.name ?? 'the last'}`,
    choice:
      chosen.length <= MOST_LISTED ? chosen.join(', ') : `${chosen.slice(0, MOST_LISTED).join(', ')}, …`,
    newest: newest === undefined ? '' : nameTraining(chosen),
  };
  return makeError('TrainingsMixed', 'mixed', facts, { file: `${checkpoint.name}/${TRAINER_STATE}` });
}

function nameTraining(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return names.join(', ');
  return `${names[0]!}, ${names[1]!} … ${names.at(-1)!} (${names.length} checkpoints)`;
}

/** By the step of their last checkpoint, the lowest first; what two trainings have in common is listed with both. */
async function groupTrainings(checkpoints: readonly CheckpointFolder[]): Promise<Training[]> {
  const trainings: Training[] = [];
  for (const checkpoint of checkpoints.toReversed()) {
    const path = pathOfLog(checkpoint);
    const log = (await isFile(path)) ? await readLog(path) : undefined;
    if (log === undefined) continue;
    const own = trainings.filter((training) => findContradiction(log, training.log) === undefined);
    for (const { members } of own) members.unshift(checkpoint);
    if (own.length === 0 && trainings.length < MOST_TRAININGS)
      trainings.unshift({ log, members: [checkpoint] });
  }
  return trainings;
}

/**
 * Place in `trainings` of the one that the log of the run's folder goes on from, which is written when a training ends;
 * else of the one whose files are all newer than those of the others. It is a hint, and decides nothing.
 */
async function findNewest(folder: string, trainings: readonly Training[]): Promise<number | undefined> {
  const ofRun = join(folder, TRAINER_STATE);
  const root = (await isFile(ofRun)) ? await readLog(ofRun) : undefined;
  const fitting = trainings.filter(
    ({ log }) => root !== undefined && findContradiction(log, root) === undefined,
  );
  if (fitting.length === 1) return trainings.indexOf(fitting[0]!);
  const times = await Promise.all(trainings.map((training) => listTimes(training, trainings)));
  const newest = times.findIndex((own, index) =>
    times.every((others, other) => other === index || Math.min(...own) > Math.max(...others)),
  );
  return newest === -1 ? undefined : newest;
}

/** When the logs of checkpoints were written that are of no other training too, ms. */
async function listTimes({ members }: Training, trainings: readonly Training[]): Promise<number[]> {
  const times: number[] = [];
  for (const member of members.slice(-MEMBERS_DATED)) {
    if (trainings.filter((training) => training.members.includes(member)).length > 1) continue;
    times.push((await stat(pathOfLog(member))).mtimeMs);
  }
  return times;
}

function say(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

function noteStrangers(checkpoints: readonly CheckpointFolder[]): Notice[] {
  if (checkpoints.length === 0) return [];
  return [
    makeNotice(
      'OtherTraining',
      checkpoints.map(({ name }) => name),
      {},
    ),
  ];
}
