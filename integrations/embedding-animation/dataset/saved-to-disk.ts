/** Folders that `Dataset.save_to_disk` of Hugging Face's `datasets` writes: Arrow files, which are not read. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DatasetOptions } from '../options/index.ts';
import { datasetInvalid, type DatasetContext } from './reader.ts';

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
