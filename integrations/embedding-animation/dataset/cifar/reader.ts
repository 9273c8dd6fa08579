/** Reader of the type `cifar`: the official binary version of CIFAR-10 and CIFAR-100. */
import { createHash } from 'node:crypto';
import { basename, isAbsolute, resolve } from 'node:path';
import type { DatasetItem, RgbImage } from '../../contracts.ts';
import { findInAnyForm } from '../../files.ts';
import type { CifarOptions } from '../../options/index.ts';
import { datasetInvalid, nameRows, type DatasetReader } from '../reader.ts';
import { readCifarFiles } from './files.ts';

// --- the binary layout of CIFAR-10 and CIFAR-100, as their page documents it

/** Side of an image in px. */
const CIFAR_SIDE = 32;
/** Values of one colour of an image. */
const CIFAR_PLANE = CIFAR_SIDE * CIFAR_SIDE;

/** Where a variant keeps what. A record is its labels, one byte each, then the red, green and blue planes. */
interface CifarLayout {
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
function findLayout(names: Iterable<string>): CifarLayout | undefined {
  const there = new Set(names);
  return [CIFAR10, CIFAR100].find(({ labels }) => labels.every(({ namesFile }) => there.has(namesFile)));
}

/** Every file of either variant that a split needs. */
function filesOf(split: CifarOptions['split']): ReadonlySet<string> {
  const layouts = [CIFAR10, CIFAR100];
  return new Set(
    layouts.flatMap(({ batches, labels }) => [...batches[split], ...labels.map((label) => label.namesFile)]),
  );
}

// --- reading

/** Raised when the same files would give other names, labels or pixels. */
const READER_VERSION = 1;

/**
 * Opens a split. Its records stay in memory, 3 KB an image. Images are called `<split>/<number>`, counted from 0
 * through all batches.
 * @throws EmbeddingAnimationError `DatasetInvalid` when a file is missing, cut short or has a class without a name
 */
export const openCifar: DatasetReader<'cifar'> = async (options, { runFolder }) => {
  const { split } = options;
  const shown = isAbsolute(options.path) ? basename(options.path) : options.path;
  const files = await readCifarFiles(
    await findInAnyForm(resolve(runFolder, options.path)),
    shown,
    filesOf(split),
  );
  const layout = findLayout(files.keys());
  if (layout === undefined) throw datasetInvalid(shown, 'notCifar', undefined);
  const granularity = granularityOf(options);
  if (granularity === 'coarse' && layout.labels.length === 1)
    throw datasetInvalid(shown, 'noCoarseLabels', layout);
  const kind = layout.labels.length === 1 ? 'fine' : granularity;
  const at = layout.labels.findIndex((label) => label.kind === kind);
  const classNames = readNames(files.get(layout.labels[at]!.namesFile)!);
  const batches = layout.batches[split].map((name) => readBatch(files.get(name), name, layout, shown));
  const records = batches.flat();
  const labels = records.map((record, index) => checkLabel(record[at]!, index, classNames, shown));
  const names = nameRows(split, records.length);
  return {
    classNames,
    items: names.map((name, index): DatasetItem => ({ name, label: labels[index]! })),
    digest: digestRecords(records, { split, kind, classNames }),
    source: `${layout.title}, binary version, split ${split}${layout.labels.length > 1 ? `, ${kind} labels` : ''}`,
    decode: (index) => Promise.resolve(interleave(records[index]!.subarray(layout.labels.length))),
  };
};

/** `labels` once said this. */
function granularityOf({ granularity, labels }: CifarOptions): 'fine' | 'coarse' {
  if (granularity !== undefined) return granularity;
  return labels === 'coarse' ? 'coarse' : 'fine';
}

/** A batch's records: views of the file, labels first. */
function readBatch(
  bytes: Uint8Array | undefined,
  name: string,
  { labels }: CifarLayout,
  shown: string,
): Uint8Array[] {
  if (bytes === undefined) throw datasetInvalid(shown, 'batchMissing', { name });
  const size = labels.length + 3 * CIFAR_PLANE;
  if (bytes.length === 0 || bytes.length % size !== 0) {
    const sizes = { bytes: bytes.length, imageBytes: size };
    throw datasetInvalid(`${shown}, ${name}`, 'batchCutShort', sizes);
  }
  return Array.from({ length: bytes.length / size }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function readNames(bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

function checkLabel(label: number, index: number, classNames: readonly string[], shown: string): number {
  if (label < classNames.length) return label;
  throw datasetInvalid(shown, 'labelWithoutName', { image: index, label, classes: classNames.length });
}

/** Planes of red, green and blue as pixels. */
function interleave(planes: Uint8Array): RgbImage {
  const data = new Uint8Array(3 * CIFAR_PLANE);
  for (let pixel = 0; pixel < CIFAR_PLANE; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      data[3 * pixel + channel] = planes[channel * CIFAR_PLANE + pixel]!;
    }
  }
  return { width: CIFAR_SIDE, height: CIFAR_SIDE, data };
}

function digestRecords(records: readonly Uint8Array[], rules: object): string {
  const hash = createHash('sha256').update(JSON.stringify({ version: READER_VERSION, ...rules }));
  for (const record of records) hash.update(record);
  return hash.digest('hex');
}
