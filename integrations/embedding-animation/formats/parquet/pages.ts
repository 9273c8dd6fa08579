/** The pages of a column chunk. */
import { GrowthBudget } from './budget.ts';
import { decompress } from './decompress.ts';
import type { Codec, Leaf } from './footer.ts';
import { readHybrid } from './hybrid.ts';
import { readThrift, type ThriftStruct } from './thrift.ts';
import { ENCODING, readPlain, readValues, type Values } from './values.ts';

/** A page that has been decoded. */
export interface Page {
  /** Entries: values, and places without one. */
  readonly count: number;
  /** Definition level of each entry; `undefined` where all have a value. */
  readonly definitions: Uint8Array | undefined;
  /** Repetition level of each entry; `undefined` where each is a row of its own. */
  readonly repetitions: Uint8Array | undefined;
  /** The values that are there. */
  readonly values: Values;
}

const PAGE_TYPE = { data: 0, index: 1, dictionary: 2, dataV2: 3 };

/** What a data page's header says, in either version. */
interface DataHeader {
  readonly count: number;
  readonly encoding: number;
}

/**
 * Decodes the pages in `bytes`, which may have others behind them.
 * @param entries of the column chunk, or of the part of it that `bytes` are
 * @throws RangeError when the pages are damaged, or absurdly large for their bytes
 */
export function decodePages(bytes: Uint8Array, codec: Codec, leaf: Leaf, entries: number): Page[] {
  const budget = new GrowthBudget(bytes.length);
  const pages: Page[] = [];
  let dictionary: Values | undefined;
  let [at, seen] = [0, 0];
  while (seen < entries && at < bytes.length) {
    const { struct: header, end } = readThrift(bytes, at);
    const [size, stored] = [header.size(2), header.size(3)];
    if (stored > bytes.length - end) throw new RangeError('a page is cut off');
    const body = bytes.subarray(end, end + stored);
    at = end + stored;
    const type = header.size(1);
    if (type === PAGE_TYPE.index) continue;
    if (codec !== 'none') budget.takeBytes(size);
    if (type === PAGE_TYPE.dictionary) {
      dictionary = readDictionary(decompress(body, codec, size), header.struct(7), leaf, budget);
      continue;
    }
    const page = decodePage(body, type, header, { codec, size, leaf, dictionary, budget });
    pages.push(page);
    seen += page.count;
  }
  if (seen < entries) throw new RangeError(`${seen} of ${entries} values are there`);
  return pages;
}

/** What pages of a column chunk are decoded with. */
interface PageContext {
  readonly codec: Codec;
  /** Bytes once decompressed. */
  readonly size: number;
  readonly leaf: Leaf;
  readonly dictionary: Values | undefined;
  readonly budget: GrowthBudget;
}

function readDictionary(page: Uint8Array, header: ThriftStruct, leaf: Leaf, budget: GrowthBudget): Values {
  const [count, encoding] = [header.size(1), header.size(2)];
  if (encoding !== ENCODING.plain && encoding !== ENCODING.plainDictionary)
    throw new RangeError('a dictionary is encoded in an unknown way');
  budget.takeValues(count);
  return count === 0 ? [] : readPlain(page, count, leaf);
}

function decodePage(body: Uint8Array, type: number, header: ThriftStruct, context: PageContext): Page {
  if (type === PAGE_TYPE.data) return decodeVersion1(body, header.struct(5), context);
  if (type === PAGE_TYPE.dataV2) return decodeVersion2(body, header.struct(8), context);
  throw new RangeError(`a page has the unknown type ${type}`);
}

/** Levels stand before the values, each with their length, and all are compressed together. */
function decodeVersion1(body: Uint8Array, header: ThriftStruct, context: PageContext): Page {
  const { codec, size, leaf, budget } = context;
  const data: DataHeader = { count: header.size(1), encoding: header.size(2) };
  budget.takeValues(data.count);
  const page = decompress(body, codec, size);
  let rest = page;
  const readLevels = (most: number, encoding: number): Uint8Array | undefined => {
    if (most === 0) return undefined;
    if (encoding !== ENCODING.hybrid) throw new RangeError('levels are encoded in an unknown way');
    const length = rest.length < 4 ? Infinity : new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
    if (length > rest.length - 4) throw new RangeError('levels are cut off');
    const levels = readHybrid(rest.subarray(4, 4 + length), widthOfLevels(most), new Uint8Array(data.count));
    rest = rest.subarray(4 + length);
    return levels;
  };
  const repetitions = readLevels(leaf.repetitions, header.size(4));
  const definitions = readLevels(leaf.definitions, header.size(3));
  return readPage(rest, data, repetitions, definitions, context);
}

/** Levels stand before the values, uncompressed; their lengths are in the header. */
function decodeVersion2(body: Uint8Array, header: ThriftStruct, context: PageContext): Page {
  const { codec, size, leaf, budget } = context;
  const data: DataHeader = { count: header.size(1), encoding: header.size(4) };
  const [definitionBytes, repetitionBytes] = [header.size(5), header.size(6)];
  const levelBytes = definitionBytes + repetitionBytes;
  if (levelBytes > Math.min(size, body.length)) throw new RangeError('levels are cut off');
  budget.takeValues(data.count);
  const readLevels = (most: number, bytes: Uint8Array): Uint8Array | undefined =>
    most === 0 ? undefined : readHybrid(bytes, widthOfLevels(most), new Uint8Array(data.count));
  const repetitions = readLevels(leaf.repetitions, body.subarray(0, repetitionBytes));
  const definitions = readLevels(leaf.definitions, body.subarray(repetitionBytes, levelBytes));
  const isCompressed = header.boolean(7) !== false;
  const rest = decompress(body.subarray(levelBytes), isCompressed ? codec : 'none', size - levelBytes);
  return readPage(rest, data, repetitions, definitions, context);
}

function readPage(
  bytes: Uint8Array,
  { count, encoding }: DataHeader,
  repetitions: Uint8Array | undefined,
  definitions: Uint8Array | undefined,
  { leaf, dictionary, budget }: PageContext,
): Page {
  const there = definitions === undefined ? count : countLevel(definitions, leaf.definitions);
  const values = readValues(bytes, encoding, there, leaf, dictionary, budget);
  return { count, repetitions, definitions: there === count ? undefined : definitions, values };
}

function countLevel(levels: Uint8Array, wanted: number): number {
  let count = 0;
  for (const level of levels) if (level === wanted) count++;
  return count;
}

/** Bits of numbers up to `most`. */
function widthOfLevels(most: number): number {
  return 32 - Math.clz32(most);
}
