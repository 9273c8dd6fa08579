/** The folders of a run that are its checkpoints, and the step of each. */
import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { EmbeddingAnimationError, makeError } from '../errors.ts';
import { ADAPTER_CONFIG, MODEL_CONFIG } from '../formats/model-files.ts';
import type { CheckpointsOption } from '../options/index.ts';
import { joinNames, listFolders, matchFolders, type PatternMatch } from './folder-pattern.ts';
import { readGlobalStep } from './trainer-state.ts';

/** A folder with the model of a global step. */
export interface CheckpointFolder {
  readonly step: number;
  readonly folder: string;
  /** Its path below the run's folder, with forward slashes; `.` is the run's folder itself. */
  readonly name: string;
  /** Whether run.yaml says the step of this very folder. */
  readonly isStepConfigured?: boolean;
}

/** What was found of a run's checkpoints, whether or not it can be used. */
export interface CheckpointSearch {
  /** By step; those whose step is not known come last. */
  readonly found: readonly (Omit<CheckpointFolder, 'step'> & { readonly step: number | undefined })[];
  /** What keeps them from being used as a run's checkpoints. */
  readonly problems: readonly EmbeddingAnimationError[];
}

/** What a search looks for. */
export interface WantedCheckpoints {
  /** `checkpoints` of run.yaml. @default every `checkpoint-<step>` */
  readonly checkpoints?: CheckpointsOption | undefined;
  /** Names of ready embeddings: a folder with one holds a model's results, for messages. */
  readonly readyFiles: readonly string[];
}

const CHECKPOINT_NAME = /^checkpoint-(\d+)$/;
const NUMBERS = /\d+(?:\.\d+)?/g;
const NAMES_SHOWN = 5;

/**
 * Lists the checkpoints of the run in `folder` by step, as numbers: 1000 comes after 200.
 * @throws EmbeddingAnimationError `NoCheckpoints`; `CheckpointInvalid` for a folder whose step is not known, for two
 * folders of one step, and for `checkpoint-007`, which no Trainer writes
 */
export async function findCheckpoints(
  folder: string,
  wanted: WantedCheckpoints,
): Promise<CheckpointFolder[]> {
  const { found, problems } = await searchCheckpoints(folder, wanted);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  return found.flatMap(({ step, ...checkpoint }) => (step === undefined ? [] : [{ step, ...checkpoint }]));
}

/** The same without an error: all folders that are meant, and what is wrong with them. */
export async function searchCheckpoints(
  folder: string,
  wanted: WantedCheckpoints,
): Promise<CheckpointSearch> {
  try {
    const { checkpoints } = wanted;
    const searched =
      checkpoints === undefined ? await searchByName(folder) : await searchBy(folder, checkpoints);
    const { found, problems } = searched;
    const all = [...problems, ...findDuplicateSteps(found)];
    if (found.length === 0 && all.length === 0) all.push(await noneFound(folder, wanted.readyFiles));
    return { found: found.sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity)), problems: all };
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) return { found: [], problems: [error] };
    return {
      found: [],
      problems: [makeError('NoCheckpoints', 'folderUnreadable', undefined, { cause: error })],
    };
  }
}

type Search = { readonly [Key in keyof CheckpointSearch]: CheckpointSearch[Key][number][] };

/** What the Trainer writes; leading zeros would also allow two folders of one step. */
async function searchByName(folder: string): Promise<Search> {
  const search: Search = { found: [], problems: [] };
  for (const name of await listFolders(folder)) {
    const digits = CHECKPOINT_NAME.exec(name)?.[1];
    if (digits === undefined) continue;
    const isStep = String(Number(digits)) === digits;
    if (!isStep) search.problems.push(notAStep(name, Number(digits)));
    search.found.push({ name, folder: join(folder, name), step: isStep ? Number(digits) : undefined });
  }
  return search;
}

async function searchBy(folder: string, checkpoints: CheckpointsOption): Promise<Search> {
  const search: Search = { found: [], problems: [] };
  const entries = typeof checkpoints === 'string' ? [checkpoints] : checkpoints;
  const configured = entries.flatMap((entry) =>
    typeof entry === 'string' ? [] : [[entry.folder.normalize(), entry.step] as const],
  );
  const steps = new Map(configured);
  const seen = new Set<string>();
  for (const entry of entries) {
    const pattern = typeof entry === 'string' ? entry : entry.folder;
    const matches = await matchFolders(folder, pattern);
    if (matches.length === 0) search.problems.push(await nothingFits(folder, pattern));
    for (const match of matches) {
      const { name } = match;
      if (seen.has(name)) continue;
      seen.add(name);
      const path = join(folder, name);
      const configured = steps.get(name.normalize());
      const step = configured ?? (await findStep(path, match, search.problems));
      search.found.push({
        name,
        folder: path,
        step,
        ...(configured !== undefined && { isStepConfigured: true }),
      });
    }
  }
  return search;
}

/** The number in `checkpoint-<step>`, else what trainer_state.json says, else the last number in the name. */
async function findStep(
  folder: string,
  { name, captures }: PatternMatch,
  problems: EmbeddingAnimationError[],
): Promise<number | undefined> {
  const ownName = name.slice(name.lastIndexOf('/') + 1);
  const byName = CHECKPOINT_NAME.exec(ownName)?.[1];
  try {
    const step = byName === undefined ? await readGlobalStep(folder) : Number(byName);
    const number = step ?? lastNumber(captures.join(' ')) ?? lastNumber(ownName);
    if (number !== undefined && Number.isSafeInteger(number)) return number;
    problems.push(makeError('CheckpointInvalid', 'noStep', { folder: name }, { file: name }));
  } catch (error) {
    if (!(error instanceof EmbeddingAnimationError)) throw error;
    problems.push(error.at({ file: name }));
  }
  return undefined;
}

function lastNumber(text: string): number | undefined {
  const last = text.match(NUMBERS)?.at(-1);
  return last === undefined ? undefined : Number(last);
}

function findDuplicateSteps(found: Search['found']): EmbeddingAnimationError[] {
  const first = new Map<number, string>();
  const problems: EmbeddingAnimationError[] = [];
  for (const { step, name } of found) {
    if (step === undefined) continue;
    const one = first.get(step);
    if (one === undefined) first.set(step, name);
    else problems.push(makeError('CheckpointInvalid', 'sameStep', { one, other: name }, { step }));
  }
  return problems;
}

async function noneFound(folder: string, readyFiles: readonly string[]): Promise<EmbeddingAnimationError> {
  const models = await listModelFolders(folder, readyFiles);
  if (models.length === 0) return makeError('NoCheckpoints', 'none', undefined);
  const isRunItself = models[0] === '.' && models.length === 1;
  const others = { where: listNames(models), pattern: suggestPattern(models) };
  return makeError('NoCheckpoints', isRunItself ? 'modelInRun' : 'othersThere', others);
}

async function nothingFits(folder: string, pattern: string): Promise<EmbeddingAnimationError> {
  const parent = pattern.slice(0, Math.max(0, pattern.indexOf('/')));
  const base = parent.includes('*') ? '' : parent;
  const names = await listFolders(join(folder, base)).catch(() => []);
  const missed = { pattern, folder: base, there: listNames(names) };
  return makeError('NoCheckpoints', pattern.includes('*') ? 'noneFits' : 'noSuchFolder', missed);
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN);
  const rest = names.length - shown.length;
  const [last = '', ...others] =
    rest > 0 ? [`${rest} more`, ...shown] : [shown.at(-1), ...shown.slice(0, -1)];
  return others.length === 0 ? last : `${others.join(', ')} and ${last}`;
}

function notAStep(name: string, step: number): EmbeddingAnimationError {
  const right = `checkpoint-${Number.isSafeInteger(step) ? step : '<step>'}`;
  return makeError('CheckpointInvalid', 'notAStep', { name: right }, { file: name });
}

// --- folders that hold a model, whatever they are called

/** A model's description; an adapter's lies beside its weights alone. */
const CONFIGS = [MODEL_CONFIG, ADAPTER_CONFIG];
/** Weights in any form, those included that are refused with a reason, and the folder of ONNX exports. */
const WEIGHTS = /^(?:model.*\.safetensors|pytorch_model.*\.bin|adapter_model\..*|onnx)$/;

/**
 * Names of the folders that hold a model or ready embeddings: the run's own (`.`), those in it, and those in these
 * only where there is none above.
 */
async function listModelFolders(folder: string, readyFiles: readonly string[]): Promise<string[]> {
  const own = (await holdsModel(folder, readyFiles)) ? ['.'] : [];
  const near = await listModelsIn(folder, '.', readyFiles);
  if (own.length + near.length > 0) return [...near, ...own];
  const deeper = (await listFolders(folder)).map((name) => listModelsIn(folder, name, readyFiles));
  return (await Promise.all(deeper)).flat();
}

/**
 * Names of the folders directly in `parent` of `folder` that hold a model or ready embeddings, sorted.
 * @param known absolute paths of folders that are not asked for
 */
export async function listModelsIn(
  folder: string,
  parent: string,
  readyFiles: readonly string[],
  known: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const models: string[] = [];
  for (const child of await listFolders(join(folder, parent)).catch(() => [])) {
    const name = joinNames(parent, child);
    const path = join(folder, name);
    if (!known.has(path) && (await holdsModel(path, readyFiles))) models.push(name);
  }
  return models.sort(byNumbers);
}

/**
 * The pattern that most of `names` fit, with `*` in the place of the last number, such as `epoch_*`; the name itself
 * where it is the only one of its kind.
 */
function suggestPattern(names: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const pattern = name.replace(/\d+(?=[^\d/]*$)/, '*');
    groups.set(pattern, [...(groups.get(pattern) ?? []), name]);
  }
  const [largest] = [...groups].sort(([, a], [, b]) => b.length - a.length);
  if (largest === undefined) return 'checkpoint-*';
  const [pattern, [first = pattern, ...others]] = largest;
  return others.length === 0 ? first : pattern;
}

async function holdsModel(folder: string, readyFiles: readonly string[]): Promise<boolean> {
  const names: string[] = await readdir(folder).catch(() => []);
  const isReady = names.some((name) => readyFiles.includes(name));
  return (
    isReady || (CONFIGS.some((config) => names.includes(config)) && names.some((name) => WEIGHTS.test(name)))
  );
}

/** `epoch_2` before `epoch_10`. */
function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
