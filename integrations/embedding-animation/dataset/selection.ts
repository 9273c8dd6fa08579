/** Which images of a set are used: some classes, some images of each. The same for every reader. */
import { createHash } from 'node:crypto';
import type { Dataset, DatasetItem } from '../contracts.ts';
import type { SelectionOptions } from '../options/index.ts';
import { datasetInvalid } from './reader.ts';

/**
 * Takes the classes and the number of images a class that the options name. The order stays the set's. Which images
 * of a class are taken depends on the seed and their names alone: images that are added or removed leave the choice
 * among the others as it was. A class with fewer images is used whole.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a class that the set does not have
 */
export function selectImages(dataset: Dataset, { classes, perClass, seed = 0 }: SelectionOptions): Dataset {
  if (classes === undefined && perClass === undefined) return dataset;
  const { items } = dataset;
  const classNames = dataset.classNames.filter((name) => classes?.includes(name) ?? true);
  checkClasses(dataset, classes ?? []);
  const newLabels = new Map(
    classNames.map((name, label) => [dataset.classNames.indexOf(name), label] as const),
  );
  const candidates = [...items.keys()].filter((index) => newLabels.has(items[index]!.label));
  const chosen = perClass === undefined ? candidates : samplePerClass(items, candidates, perClass, seed);
  return {
    classNames,
    items: chosen.map((index) => {
      const { name, label } = items[index]!;
      return { name, label: newLabels.get(label)! };
    }),
    digest: createHash('sha256')
      .update(JSON.stringify([dataset.digest, classNames, chosen]))
      .digest('hex'),
    source: `${dataset.source}${describeSelection(classes === undefined ? undefined : classNames, perClass, seed)}`,
    decode: (index) => dataset.decode(chosen[index]!),
  };
}

/** Of each class the `perClass` images whose hash of seed and name is smallest. */
function samplePerClass(
  items: readonly DatasetItem[],
  candidates: readonly number[],
  perClass: number,
  seed: number,
): number[] {
  const byClass = Map.groupBy(candidates, (index) => items[index]!.label);
  const sampled = [...byClass.values()].flatMap((indices) =>
    indices
      .map((index) => ({ index, rank: hashName(seed, items[index]!.name) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1)) // names are unique, and so are their hashes
      .slice(0, perClass)
      .map(({ index }) => index),
  );
  return sampled.sort((a, b) => a - b);
}

function hashName(seed: number, name: string): string {
  return createHash('sha256').update(`${seed}\0${name}`).digest('hex');
}

function checkClasses({ classNames, source }: Dataset, classes: readonly string[]): void {
  const unknown = classes.find((name) => !classNames.includes(name));
  if (unknown === undefined) return;
  const there = classNames.map((name) => `"${name}"`).join(', ');
  throw datasetInvalid(
    source,
    `there is no class "${unknown}" (there are: ${there})`,
    'Correct "classes" in run.yaml.',
  );
}

function describeSelection(
  classes: readonly string[] | undefined,
  perClass: number | undefined,
  seed: number,
): string {
  const which = classes === undefined ? '' : `, classes ${classes.map((name) => `"${name}"`).join(', ')}`;
  return perClass === undefined ? which : `${which}, at most ${perClass} images a class (seed ${seed})`;
}
