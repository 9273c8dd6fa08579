/** The configs of a run's checkpoints, which are nearly always the same, read and kept once. */
import { readRegularFile } from '../files.ts';
import { readModelConfig, type PartialConfig } from './model-config.ts';

/** Reads a config.json; see `readModelConfig`. */
export type ReadConfig = (path: string) => Promise<PartialConfig>;

/**
 * A reader for one checkpoint after the other: a config with the bytes of the one before is not parsed again, and names of
 * classes that are the same are in memory once, however many checkpoints have them.
 */
export function openConfigs(): ReadConfig {
  let last: { readonly bytes: Buffer; readonly config: PartialConfig } | undefined;
  return async (path) => {
    const bytes = await readRegularFile(path).catch(() => undefined); // what is wrong, the reader says
    if (bytes !== undefined && last?.bytes.equals(bytes) === true) return last.config;
    const read = await readModelConfig(path);
    const known = last?.config.classNames ?? [];
    const config = isSame(known, read.classNames) ? { ...read, classNames: known } : read;
    if (bytes !== undefined) last = { bytes, config };
    return config;
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}
