/** Reader of the type `cifar`: the official binary version of CIFAR-10 and CIFAR-100. */
import { createHash } from 'node:crypto';
import { basename, isAbsolute, resolve } from 'node:path';
import type { DatasetItem, RgbImage } from '../../contracts.ts';
import type { CifarOptions } from '../../options/index.ts';
import { nameRows } from '../item-names.ts';
import { datasetInvalid, type DatasetReader } from '../reader.ts';
import { readCifarFiles } from './files.ts';
import { CIFAR_PLANE, CIFAR_SIDE, filesOf, findLayout, type CifarLayout } from './layout.ts';

/** Raised when the same files would give other names, labels or pixels. */
const READER_VERSION = 1;

/** A split's records, one behind the other. */
interface Records {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Bytes of a record. */
  readonly size: number;
}

/**
 * Opens a split. Its records stay in memory, 3 KB an image. Images are called `<split>/<number>`, counted from 0
 * through all batches.
 * @throws EmbeddingAnimationError `DatasetInvalid` when a file is missing, cut short or has a class without a name
 */
export const openCifar: DatasetReader<CifarOptions> = async (options, { runFolder }) => {
  const { split } = options;
  const shown = isAbsolute(options.path) ? basename(options.path) : options.path;
  const files = await readCifarFiles(resolve(runFolder, options.path), shown, filesOf(split));
  const layout = findLayout(files.keys());
  if (layout === undefined) throw notCifar(shown);
  const kind = layout.labels.length === 1 ? 'fine' : (options.labels ?? 'fine');
  if (options.labels === 'coarse' && layout.labels.length === 1) throw withoutCoarse(shown, layout);
  const at = layout.labels.findIndex((label) => label.kind === kind);
  const classNames = readNames(files.get(layout.labels[at]!.namesFile)!);
  const records = joinBatches(files, layout, split, shown);
  const labels = readLabels(records, at, classNames, shown);
  const names = nameRows(split, records.count);
  return {
    classNames,
    items: names.map((name, index): DatasetItem => ({ name, label: labels[index]! })),
    digest: digestRecords(records, { split, kind, classNames }),
    source: `${layout.title}, binary version, split ${split}${layout.labels.length > 1 ? `, ${kind} labels` : ''}`,
    decode: (index) => Promise.resolve(interleave(records, index, layout.labels.length)),
  };
};

function joinBatches(
  files: ReadonlyMap<string, Uint8Array>,
  { batches, labels }: CifarLayout,
  split: CifarOptions['split'],
  shown: string,
): Records {
  const size = labels.length + 3 * CIFAR_PLANE;
  const parts = batches[split].map((name) => {
    const bytes = files.get(name);
    if (bytes === undefined)
      throw datasetInvalid(shown, `there is no file ${name}`, 'Unpack the archive again.');
    if (bytes.length > 0 && bytes.length % size === 0) return bytes;
    throw datasetInvalid(
      `${shown}, ${name}`,
      `the file has ${bytes.length} bytes, which is no multiple of a record's ${size}`,
      'Download and unpack the archive again.',
    );
  });
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  return { bytes, size, count: bytes.length / size };
}

function readNames(bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** @param at which of a record's label bytes */
function readLabels(
  { bytes, count, size }: Records,
  at: number,
  classNames: readonly string[],
  shown: string,
) {
  return Array.from({ length: count }, (_, index) => {
    const label = bytes[index * size + at]!;
    if (label < classNames.length) return label;
    throw datasetInvalid(
      shown,
      `image ${index} has the label ${label}, but only ${classNames.length} classes have names`,
      'Download and unpack the archive again.',
    );
  });
}

/** Planes of red, green and blue as pixels. */
function interleave({ bytes, size }: Records, index: number, labels: number): RgbImage {
  const red = index * size + labels;
  const data = new Uint8Array(3 * CIFAR_PLANE);
  for (let pixel = 0; pixel < CIFAR_PLANE; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      data[3 * pixel + channel] = bytes[red + channel * CIFAR_PLANE + pixel]!;
    }
  }
  return { width: CIFAR_SIDE, height: CIFAR_SIDE, data };
}

function digestRecords({ bytes }: Records, rules: object): string {
  const hash = createHash('sha256').update(JSON.stringify({ version: READER_VERSION, ...rules }));
  return hash.update(bytes).digest('hex');
}

function notCifar(shown: string): Error {
  return datasetInvalid(
    shown,
    'this is not the binary version of CIFAR: there is neither batches.meta.txt nor fine_label_names.txt',
    'Download "CIFAR-10 binary version" or "CIFAR-100 binary version"; the Python version is made of pickles.',
  );
}

function withoutCoarse(shown: string, { title }: CifarLayout): Error {
  return datasetInvalid(shown, `${title} has no coarse labels`, 'Leave "labels" out.');
}
