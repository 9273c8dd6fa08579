/** Which images of a set are used: some classes, some images of each. The same for every reader. */
import { createHash } from 'node:crypto';
import type { Dataset, DatasetItem } from '../contracts.ts';
import { indexNames } from '../names.ts';
import { displayNameOf, nameOf, type ClassChoice, type SelectionOptions } from '../options/index.ts';
import { datasetInvalid } from './reader.ts';

/**
 * Takes the classes and the number of images a class that the options name. Classes come in the order of the options,
 * by their display names; images stay in the set's. Which images of a class are taken depends on the seed and their
 * names alone: images that are added or removed leave the choice among the others as it was. A class with fewer
 * images is used whole. The digest is of the images that are used and of the names that the set gives their classes:
 * neither order nor display names change it.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a class that the set does not have, or has twice in `classes`
 */
export function selectImages(dataset: Dataset, options: SelectionOptions): Dataset {
  const { classes, perClass, seed = 0 } = options;
  if (classes === undefined && perClass === undefined) return dataset;
  const { items } = dataset;
  const taken = classes === undefined ? keepClasses(dataset) : chooseClasses(dataset, classes);
  const newLabels = new Map(taken.map(({ label }, newLabel) => [label, newLabel]));
  const candidates = [...items.keys()].filter((index) => newLabels.has(items[index]!.label));
  const chosen = perClass === undefined ? candidates : samplePerClass(items, candidates, perClass, seed);
  const isWhole = chosen.length === items.length && taken.length === dataset.classNames.length;
  const namesInOrder = dataset.classNames.filter((_, label) => newLabels.has(label));
  const part = taken.length === dataset.classNames.length ? undefined : namesInOrder;
  return {
    classNames: taken.map(({ displayName }) => displayName),
    originalClassNames: taken.map(({ label }) => dataset.classNames[label]!),
    items: chosen.map((index) => {
      const { name, label } = items[index]!;
      return { name, label: newLabels.get(label)! };
    }),
    digest: isWhole ? dataset.digest : digestPart(dataset.digest, namesInOrder, chosen),
    notices: dataset.notices,
    source: `${dataset.source}${describeSelection(part, perClass, seed)}`,
    decode: (index, reserve) => dataset.decode(chosen[index]!, reserve),
    ...findTurnedAmong(dataset, chosen),
  };
}

/** `findTurned` of a part of a set: image `index` of the part is image `indices[index]` of the set. */
export function findTurnedAmong(
  { findTurned }: Dataset,
  indices: readonly number[],
): Pick<Dataset, 'findTurned'> {
  if (findTurned === undefined) return {};
  return {
    async findTurned(part) {
      const found = new Set(await findTurned(part.map((index) => indices[index]!)));
      return part.filter((index) => found.has(indices[index]!));
    },
  };
}

/** A class that is used: its index in the set, and what readers see. */
interface TakenClass {
  readonly label: number;
  readonly displayName: string;
}

function keepClasses({ classNames }: Dataset): TakenClass[] {
  return classNames.map((displayName, label) => ({ label, displayName }));
}

function chooseClasses({ classNames, source }: Dataset, classes: readonly ClassChoice[]): TakenClass[] {
  const find = indexNames(classNames);
  const seen = new Set<number>();
  return classes.map((choice): TakenClass => {
    const name = nameOf(choice);
    const label = find(name);
    if (label === -1) throw unknownClass(source, name, classNames);
    if (seen.has(label)) throw datasetInvalid(source, 'classTwice', { name: classNames[label]! });
    seen.add(label);
    return { label, displayName: displayNameOf(choice) };
  });
}

function digestPart(digest: string, classNames: readonly string[], chosen: readonly number[]): string {
  return createHash('sha256')
    .update(JSON.stringify([digest, classNames, chosen]))
    .digest('hex');
}

/** Of each class the `perClass` images whose hash of seed and name is smallest, in whatever normal form the name is. */
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
      .sort((a, b) => (a.rank === b.rank ? a.index - b.index : a.rank < b.rank ? -1 : 1))
      .slice(0, perClass)
      .map(({ index }) => index),
  );
  return sampled.sort((a, b) => a - b);
}

function hashName(seed: number, name: string): string {
  return createHash('sha256').update(`${seed}\0${name.normalize()}`).digest('hex');
}

function unknownClass(source: string, name: string, classNames: readonly string[]): Error {
  const there = classNames.map((each) => `"${each}"`).join(', ');
  return datasetInvalid(source, 'noSuchClass', { name, there });
}

function describeSelection(
  classes: readonly string[] | undefined,
  perClass: number | undefined,
  seed: number,
): string {
  const which = classes === undefined ? '' : `, classes ${classes.map((name) => `"${name}"`).join(', ')}`;
  return perClass === undefined ? which : `${which}, at most ${perClass} images a class (seed ${seed})`;
}
