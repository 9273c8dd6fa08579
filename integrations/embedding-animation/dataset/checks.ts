/** What is refused, or noted, of a set as a whole, whatever its type. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Dataset } from '../contracts.ts';
import { makeError, type ErrorPlace } from '../errors.ts';
import { findSameNames, indexNames } from '../names.ts';
import { makeNotice } from '../notices.ts';
import type { DatasetOptions } from '../options/index.ts';
import { datasetInvalid, type DatasetContext } from './reader.ts';

/** What transformers writes where nobody named the classes. */
const PLACEHOLDER = /^LABEL_\d+$/;

/** Names listed in a message before the rest is counted. */
const NAMES_SHOWN = 5;

/**
 * Checks that the model knows every class of the set. Order does not matter, and the set may have fewer classes:
 * labels only colour and name the points. A model without names, or with `LABEL_<n>` alone, knows nothing to check.
 * @throws EmbeddingAnimationError `LabelsMismatch` naming the classes that the model does not know
 */
export function matchLabels(dataset: Dataset, modelClassNames: readonly string[], place: ErrorPlace): void {
  if (modelClassNames.every((name) => PLACEHOLDER.test(name))) return;
  const find = indexNames(modelClassNames);
  const { originalClassNames = dataset.classNames } = dataset;
  const unknown = originalClassNames.filter((name) => find(name) === -1);
  if (unknown.length === 0) return;
  const names = { unknown: listNames(unknown), known: listNames(modelClassNames) };
  throw makeError('LabelsMismatch', 'unknown', names, place);
}

function listNames(names: readonly string[]): string {
  const shown = names
    .slice(0, NAMES_SHOWN)
    .map((name) => `"${name}"`)
    .join(', ');
  const rest = names.length - NAMES_SHOWN;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** @throws EmbeddingAnimationError `DatasetInvalid` for two classes of one name in two Unicode normal forms */
export function checkClassNames(dataset: Dataset): Dataset {
  const { classNames, originalClassNames = classNames, source } = dataset;
  const same = findSameNames(originalClassNames);
  if (same === undefined || same[0] === same[1]) return dataset;
  throw datasetInvalid(source, 'sameClassTwice', { name: same[0].normalize() });
}

/** The set with a notice of the classes that none of its images has. */
export function noteEmptyClasses(dataset: Dataset): Dataset {
  const { classNames, items, notices = [] } = dataset;
  const used = new Set(items.map(({ label }) => label));
  const empty = classNames.filter((_, label) => !used.has(label));
  if (empty.length === 0) return dataset;
  return { ...dataset, notices: [...notices, makeNotice('ClassesWithoutImages', empty, {})] };
}

// --- folders that `Dataset.save_to_disk` of Hugging Face's `datasets` writes: Arrow files, which are not read

const OF_SPLITS = 'dataset_dict.json';
const OF_ONE = ['state.json', 'dataset_info.json'];
const ARROW = /\.arrow$/;

/** Whether files of these names, all in one folder, are a data set as `save_to_disk` writes it. */
export function isSavedToDisk(names: readonly string[]): boolean {
  if (names.includes(OF_SPLITS)) return true;
  return OF_ONE.every((name) => names.includes(name)) && names.some((name) => ARROW.test(name));
}

/**
 * Refuses a folder of Arrow files with the way to one that is read.
 * @throws EmbeddingAnimationError `DatasetInvalid`
 */
export async function refuseSavedToDisk(
  options: DatasetOptions,
  { runFolder }: DatasetContext,
): Promise<void> {
  if (options.type !== 'image-folder' && options.type !== 'parquet') return;
  const { path, split = '' } = options;
  for (const folder of new Set([resolve(runFolder, path), resolve(runFolder, path, split)])) {
    const names = await readdir(folder).catch(() => []);
    if (isSavedToDisk(names)) throw datasetInvalid(path, 'savedToDisk', undefined);
  }
}
