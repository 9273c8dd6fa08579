/** Folders that hold a model, whatever they are called. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { joinNames, listFolders } from './folder-pattern.ts';

/** A model's description; an adapter's lies beside its weights alone. */
const CONFIGS = ['config.json', 'adapter_config.json'];
/** Weights in any form, those included that are refused with a reason, and the folder of ONNX exports. */
const WEIGHTS = /^(?:model.*\.safetensors|pytorch_model.*\.bin|adapter_model\..*|onnx)$/;

/**
 * Names of the folders that hold a model or ready embeddings: the run's own (`.`), those in it, and those in these
 * only where there is none above.
 */
export async function listModelFolders(folder: string, readyFiles: readonly string[]): Promise<string[]> {
  const own = (await holdsModel(folder, readyFiles)) ? ['.'] : [];
  const near = await listModelsIn(folder, '.', readyFiles);
  if (own.length + near.length > 0) return [...near, ...own];
  const deeper = (await listFolders(folder)).map((name) => listModelsIn(folder, name, readyFiles));
  return (await Promise.all(deeper)).flat();
}

/** Names of the folders directly in `parent` of `folder` that hold a model or ready embeddings, sorted. */
export async function listModelsIn(
  folder: string,
  parent: string,
  readyFiles: readonly string[],
): Promise<string[]> {
  const models: string[] = [];
  for (const child of await listFolders(join(folder, parent)).catch(() => [])) {
    const name = joinNames(parent, child);
    if (await holdsModel(join(folder, name), readyFiles)) models.push(name);
  }
  return models.sort(byNumbers);
}

/**
 * The pattern that most of `names` fit, with `*` in the place of the last number, such as `epoch_*`; the name itself
 * where it is the only one of its kind.
 */
export function suggestPattern(names: readonly string[]): string {
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
