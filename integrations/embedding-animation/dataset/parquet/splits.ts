/** Which Parquet files of a path make up a split, in the layouts of the Hugging Face hub. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { indexNames, isSameName, sortDistinct } from '../../names.ts';
import { listFiles } from '../folder-listing.ts';
import { datasetInvalid } from '../reader.ts';

/** The files of one split, in order. */
export interface SplitFiles {
  /** The split's name, such as `test`. */
  readonly split: string;
  readonly shards: readonly ShardFile[];
}

/** One file of a split. */
export interface ShardFile {
  /** Absolute path. */
  readonly path: string;
  /** As the author of run.yaml would write it: relative to `path` of the options. */
  readonly shown: string;
}

/** What a file's name says. */
interface NamedFile {
  /** Path below the folder, with forward slashes. */
  readonly name: string;
  readonly folder: string;
  readonly split: string;
  readonly index: number;
  /** Number of files in the split, where the name tells it. */
  readonly count: number | undefined;
  /** What the split's file of another index is called. */
  readonly nameFile: (index: number) => string;
}

/** `test-00000-of-00003.parquet`, with a hash after it in older uploads. */
const SHARD = /^(.+)-(\d+)-of-(\d+)(?:-[0-9a-f]{16})?\.parquet$/i;
/** `test/0000.parquet`, as the hub converts other formats, and `test/part-00000-….parquet`, as Spark writes. */
const NUMBERED = /^(?:part-)?(\d+)(?:[-.].*)?\.parquet$/i;
/** Any case, as `inspect` finds them. */
const PARQUET = /\.parquet$/i;
const SPLITS_BY_DEFAULT = ['test', 'validation'];

/**
 * Finds the files of `split` at `path`, which is a Parquet file or a folder of them at any depth.
 * @param shown `path` as messages name it
 * @param split the wanted split; by default test where there is one, else validation, else the only one
 * @throws EmbeddingAnimationError `DatasetInvalid` when there is no such split, more than one, or a file is missing
 */
export async function findSplit(path: string, shown: string, split: string | undefined): Promise<SplitFiles> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return useFile(path, shown, split);
  if (found === undefined) throw datasetInvalid(shown, 'parquetMissing', undefined);
  const names = (await listFiles(path, shown)).filter((name) => PARQUET.test(name));
  const files = names.map((name) => readName(name, basename(path)));
  const chosen = chooseSplit(sortDistinct(files.map((file) => file.split)), shown, split);
  const shards = files.filter((file) => file.split === chosen).sort((a, b) => a.index - b.index);
  checkShards(shards, shown);
  return {
    split: chosen,
    shards: shards.map(({ name }) => ({ path: join(path, name), shown: name })),
  };
}

function useFile(path: string, shown: string, split: string | undefined): SplitFiles {
  const named = readName(basename(path), basename(dirname(path)));
  if (split === undefined || isSameName(split, named.split))
    return { split: named.split, shards: [{ path, shown }] };
  throw datasetInvalid(shown, 'otherSplit', { there: named.split, wanted: split });
}

/** @param root what the folder is called that `name` starts in */
function readName(name: string, root: string): NamedFile {
  const { dir: folder, base, name: stem } = posix.parse(name);
  const shard = SHARD.exec(base);
  if (shard !== null) {
    const [, split = '', index = '', count = ''] = shard;
    const nameFile = (i: number): string => `${split}-${pad(i, index)}-of-${count}.parquet`;
    return { name, folder, split, index: Number(index), count: Number(count), nameFile };
  }
  const numbered = NUMBERED.exec(base);
  if (numbered !== null) {
    const [, index = ''] = numbered;
    const split = folder === '' ? root : posix.basename(folder);
    const nameFile = (i: number): string => base.replace(index, pad(i, index));
    return { name, folder, split, index: Number(index), count: undefined, nameFile };
  }
  return { name, folder, split: stem, index: 0, count: 1, nameFile: () => base };
}

/** A number as wide as another one is written. */
function pad(number: number, like: string): string {
  return String(number).padStart(like.length, '0');
}

function chooseSplit(splits: readonly string[], shown: string, wanted: string | undefined): string {
  if (splits.length === 0) throw datasetInvalid(shown, 'noParquet', undefined);
  const there = splits.map((split) => `"${split}"`).join(', ');
  if (wanted !== undefined) {
    const found = splits[indexNames(splits)(wanted)];
    if (found !== undefined) return found;
    throw datasetInvalid(shown, 'noSuchSplit', { wanted, there });
  }
  const chosen = SPLITS_BY_DEFAULT.find((split) => splits.includes(split));
  if (chosen !== undefined) return chosen;
  if (splits.length === 1) return splits[0]!;
  throw datasetInvalid(shown, 'severalSplits', { there });
}

/** All files of a split come from one upload: same folder, same count, none missing. */
function checkShards(shards: readonly NamedFile[], shown: string): void {
  const first = shards[0]!; // the split was chosen from these files
  const other = shards.find(({ folder, count }) => folder !== first.folder || count !== first.count);
  if (other !== undefined) {
    throw datasetInvalid(shown, 'severalUploads', { one: first.name, other: other.name });
  }
  const count = Math.max(first.count ?? 0, shards.length);
  for (let index = 0; index < count; index++) {
    if (shards[index]?.index === index) continue;
    const duplicate = shards.find((shard, at) => shards[at - 1]?.index === shard.index);
    if (duplicate !== undefined) throw datasetInvalid(shown, 'shardTwice', duplicate);
    const missing = posix.join(first.folder, first.nameFile(index));
    throw datasetInvalid(missing, 'shardMissing', first);
  }
}
