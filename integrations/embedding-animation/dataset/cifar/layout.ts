/** The binary layout of CIFAR-10 and CIFAR-100, as their page documents it. */
import type { CifarOptions } from '../../options/index.ts';

/** Side of an image in px. */
export const CIFAR_SIDE = 32;
/** Values of one colour of an image. */
export const CIFAR_PLANE = CIFAR_SIDE * CIFAR_SIDE;

/** Where a variant keeps what. A record is its labels, one byte each, then the red, green and blue planes. */
export interface CifarLayout {
  readonly title: string;
  /** Files of a split, in order. */
  readonly batches: Readonly<Record<CifarOptions['split'], readonly string[]>>;
  /** Labels at the start of a record, by kind: the file with their names, one a line. */
  readonly labels: readonly { readonly kind: 'fine' | 'coarse'; readonly namesFile: string }[];
}

const CIFAR10: CifarLayout = {
  title: 'CIFAR-10',
  batches: {
    test: ['test_batch.bin'],
    train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  },
  labels: [{ kind: 'fine', namesFile: 'batches.meta.txt' }],
};

const CIFAR100: CifarLayout = {
  title: 'CIFAR-100',
  batches: { test: ['test.bin'], train: ['train.bin'] },
  labels: [
    { kind: 'coarse', namesFile: 'coarse_label_names.txt' },
    { kind: 'fine', namesFile: 'fine_label_names.txt' },
  ],
};

/** Which variant has a file of this name for class names; both need theirs. */
export function findLayout(names: Iterable<string>): CifarLayout | undefined {
  const there = new Set(names);
  return [CIFAR10, CIFAR100].find(({ labels }) => labels.every(({ namesFile }) => there.has(namesFile)));
}

/** Every file of either variant that a split needs. */
export function filesOf(split: CifarOptions['split']): ReadonlySet<string> {
  const layouts = [CIFAR10, CIFAR100];
  return new Set(
    layouts.flatMap(({ batches, labels }) => [...batches[split], ...labels.map((label) => label.namesFile)]),
  );
}
