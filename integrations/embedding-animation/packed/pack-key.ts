/** What results depend on, by name: whether a pack still says what its run's folder says. */
import { hashOf, stableJson } from '../artifacts/stable-json.ts';
import type { Dataset, TrainerRun } from '../contracts.ts';
import { isRecord } from '../formats/json.ts';
import { nameOf, portableDataset, type MapOptions, type RunFile } from '../options/index.ts';
import type { Pack } from './schema.ts';

/** What decides a run's results. */
export interface PackOrigin {
  readonly file: RunFile;
  /** That were asked for. */
  readonly maps: readonly MapOptions[];
  readonly trainer: TrainerRun;
  readonly dataset: Dataset;
  /** Versions of the stages that make results. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Names the results by everything that they are made from: sha256 (hex). */
export function packKey({ file, maps, trainer, dataset, versions }: PackOrigin): string {
  return hashOf({
    checkpoints: trainer.checkpoints.map(({ step, digest, logits }) => ({
      step,
      digest,
      logits: logits?.digest,
    })),
    dataset: dataset.digest,
    evaluations: trainer.evaluations,
    losses: trainer.losses,
    lossGaps: trainer.lossGaps,
    options: comparable(decidingOptions(file)),
    maps: maps.map(({ title, ...deciding }) => deciding),
    compareMaps: file.compareMaps,
    versions,
  });
}

/** The keys of run.yaml that change results, not looks or words; its maps are chosen among the pack's own. */
export function decidingOptions(file: RunFile): Record<string, unknown> {
  const { title, description, credit, animation, storeEmbeddings, locale, words, fonts, ...results } = file;
  const { maps, compareMaps, ...deciding } = results;
  return { ...deciding, dataset: portableDataset(file.dataset) };
}

/**
 * The first key of run.yaml that says something else than when the run was packed, such as `dataset.size`. A key
 * that the pack does not know was not an option then and does not count. Order and display names of classes may
 * change: a pack has the names of the data set.
 */
export function findChangedOption(
  {
    options,
    neighbours,
    dataset,
  }: Pick<Pack, 'options' | 'neighbours'> & { readonly dataset: PackedClasses },
  file: RunFile,
): string | undefined {
  if (file.k !== undefined && file.k !== neighbours.k) return 'k';
  // What is not said means the same in every version: all folders that the Trainer wrote.
  if (hasChanged(options['checkpoints'] ?? null, file.checkpoints ?? null)) return 'checkpoints';
  if (hasChanged(options['evaluation'] ?? null, file.evaluation ?? null)) return 'evaluation';
  if (hasOtherClasses(options, dataset, file)) return 'dataset.classes';
  return findChange(comparable(options), comparable(decidingOptions(file)), '');
}

type PackedClasses = Readonly<Record<'classNames', readonly string[]>>;

function hasOtherClasses(
  options: Record<string, unknown>,
  { classNames }: PackedClasses,
  { dataset: { classes } }: RunFile,
): boolean {
  if (classes === undefined)
    return isRecord(options['dataset']) && options['dataset']['classes'] !== undefined;
  return sortNames(classes.map(nameOf)) !== sortNames(classNames);
}

function sortNames(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => name.normalize()).sort());
}

/**
 * Options without what is told by the images that were used (`classes`), and what only allows them (`labels`, which
 * was the name of `granularity` once).
 */
function comparable(options: Record<string, unknown>): Record<string, unknown> {
  const { dataset } = options;
  if (!isRecord(dataset)) return options;
  const { classes, labels, ...rest } = dataset;
  const isGranularity = labels === 'fine' || labels === 'coarse';
  const portable = portableDataset(isGranularity ? { granularity: labels, ...rest } : rest);
  return { ...options, dataset: portable };
}

/** Whether values differ by more than the Unicode normal form of their texts. */
function hasChanged(before: unknown, now: unknown): boolean {
  return stableJson([before]).normalize() !== stableJson([now]).normalize();
}

function findChange(before: unknown, now: unknown, path: string): string | undefined {
  if (!isRecord(before) || !isRecord(now)) return hasChanged(before, now) ? path : undefined;
  for (const [key, value] of Object.entries(before)) {
    const changed = findChange(value, now[key], path === '' ? key : `${path}.${key}`);
    if (changed !== undefined) return changed;
  }
  return undefined;
}
