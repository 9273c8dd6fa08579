/** Results in the cache: each an entry of its own, named by all that decides it, and how the typed ones lie there. */
import type { EmbeddingMap, Embeddings, Logits, Neighbours, OutlierScores } from '../contracts.ts';
import type { Cache } from './cache.ts';
import { hashOf, parseJson, stableJson } from './stable-json.ts';

/** A result as the cache keeps it. */
export interface CachedResult<Value> {
  /** Kind of its entries: a plain file name. */
  readonly kind: string;
  /** All that decides it: its version and options, keys of what it is made from. The entry is named by its hash. */
  readonly dependsOn: Readonly<Record<string, unknown>>;
  readonly encode: (value: Value) => Uint8Array;
  /** `undefined` where the bytes are not those of such a result: it is made again. */
  readonly decode: (bytes: Uint8Array) => Value | undefined;
}

/**
 * The result from the cache, or else what `make` makes, which is kept.
 * @throws EmbeddingAnimationError `CacheUnwritable`; what `make` throws
 */
export async function findOrMake<Value>(
  cache: Cache,
  described: CachedResult<Value>,
  make: () => Promise<Value>,
): Promise<Value> {
  const found = await findResult(cache, described);
  if (found !== undefined) return found;
  const made = await make();
  await storeResult(cache, described, made);
  return made;
}

/**
 * The results from the cache, in their order; what `make` makes of all that are missing, together, is kept.
 * @param make takes the indices of the missing ones, and gives them in this order
 */
export async function findOrMakeAll<Value>(
  cache: Cache,
  results: readonly CachedResult<Value>[],
  make: (missing: readonly number[]) => Promise<readonly Value[]>,
): Promise<Value[]> {
  const found = new Map<number, Value>();
  for (const [index, result] of results.entries()) {
    const value = await findResult(cache, result);
    if (value !== undefined) found.set(index, value);
  }
  const missing = [...results.keys()].filter((index) => !found.has(index));
  const made = missing.length === 0 ? [] : await make(missing);
  for (const [at, index] of missing.entries()) {
    await storeResult(cache, results[index]!, made[at]!); // one for each that is missing
    found.set(index, made[at]!);
  }
  return results.map((_, index) => found.get(index)!); // found or made
}

/** The result from the cache; `undefined` where it has none. */
export async function findResult<Value>(
  cache: Cache,
  { kind, dependsOn, decode }: Omit<CachedResult<Value>, 'encode'>,
): Promise<Value | undefined> {
  const stored = await cache.read(kind, hashOf(dependsOn));
  return stored === undefined ? undefined : decode(stored);
}

/**
 * Keeps a result that was made along with another.
 * @throws EmbeddingAnimationError `CacheUnwritable`
 */
export async function storeResult<Value>(
  cache: Cache,
  { kind, dependsOn, encode }: CachedResult<Value>,
  value: Value,
): Promise<void> {
  await cache.write(kind, hashOf(dependsOn), encode(value));
}

/** Whether the cache has an entry for the result, without reading it. */
export function hasResult(
  cache: Cache,
  { kind, dependsOn }: Pick<CachedResult<unknown>, 'kind' | 'dependsOn'>,
): Promise<boolean> {
  return cache.has(kind, hashOf(dependsOn));
}

// --- facts as JSON ---------------------------------------------------------------------------------

const SCAN_KIND = 'findings';

/** Remembers what takes a look at every image of an evaluation set to find out: the set's digest names it. */
export interface ScanCache {
  /** What was kept under `key`: JSON of any shape; `undefined` where there is nothing. */
  recall(key: string): Promise<unknown>;
  /** Keeps it for later builds. A cache that can't be written is no failure: it costs time. */
  keep(key: string, value: unknown): Promise<void>;
}

/** A scan cache in the cache of results. A key names everything that decides what is found. */
export function openScanCache(cache: Cache): ScanCache {
  return {
    async recall(key) {
      const bytes = await cache.read(SCAN_KIND, key);
      return bytes === undefined ? undefined : parseJson(Buffer.from(bytes).toString('utf8'));
    },
    keep: (key, value) => cache.write(SCAN_KIND, key, Buffer.from(stableJson(value))).catch(() => undefined),
  };
}

// --- numbers, little-endian, and nothing else ------------------------------------------------------

/** `[n × d]` float32, row-major. */
export function encodeEmbeddings({ data }: Embeddings): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The embeddings of a cache entry, in its own memory where that is aligned. `undefined` when its size is not n × d. */
export function decodeEmbeddings(bytes: Uint8Array, rows: number, cols: number): Embeddings | undefined {
  if (bytes.byteLength !== rows * cols * Float32Array.BYTES_PER_ELEMENT) return undefined;
  const isAligned = bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? bytes : copyBytes(bytes);
  return { rows, cols, data: new Float32Array(buffer, byteOffset, rows * cols) };
}

/** `[n × classes]` float32, row-major. */
export function encodeLogits(logits: Logits): Uint8Array {
  return encodeEmbeddings(logits);
}

/** The logits of a cache entry; `undefined` when its size is not n × classes. */
export function decodeLogits(bytes: Uint8Array, rows: number, classes: number): Logits | undefined {
  return decodeEmbeddings(bytes, rows, classes);
}

/** `[k, is cosine, scores n, mean distances n]` as float64. */
export function encodeOutlierScores({ k, metric, scores, meanDistances }: OutlierScores): Uint8Array {
  return encodeDoubles([k, metric === 'cosine' ? 1 : 0], scores, meanDistances);
}

/** The scores of a cache entry for `n` images; `undefined` when its size does not fit. */
export function decodeOutlierScores(bytes: Uint8Array, n: number): OutlierScores | undefined {
  const values = decodeDoubles(bytes, 2 + 2 * n);
  if (values === undefined) return undefined;
  const [k = 0, cosine = 0] = values;
  const metric = cosine === 1 ? 'cosine' : 'euclidean';
  return { k, metric, scores: values.slice(2, 2 + n), meanDistances: values.slice(2 + n) };
}

/** `[k, is cosine, distances nk, indices nk]` as float64. */
export function encodeNeighbours({ k, metric, distances, indices }: Neighbours): Uint8Array {
  return encodeDoubles([k, metric === 'cosine' ? 1 : 0], distances, indices);
}

/** The `k` neighbours of `n` images in a cache entry; `undefined` when its size does not fit. */
export function decodeNeighbours(bytes: Uint8Array, n: number, k: number): Neighbours | undefined {
  const values = decodeDoubles(bytes, 2 + 2 * n * k);
  if (values === undefined) return undefined;
  const metric = values[1] === 1 ? 'cosine' : 'euclidean';
  const distances = values.slice(2, 2 + n * k);
  return { k, metric, distances, indices: Int32Array.from(values.subarray(2 + n * k)) };
}

/** `[share 1, share 2, points 2n]` as float64; shares are NaN where there are none. */
export function encodeMap({ points, explainedVarianceRatio = [NaN, NaN] }: EmbeddingMap): Uint8Array {
  return encodeDoubles(explainedVarianceRatio, points.data);
}

/** The map of a cache entry for `n` images; `undefined` when its size does not fit. */
export function decodeMap(bytes: Uint8Array, n: number): EmbeddingMap | undefined {
  const values = decodeDoubles(bytes, 2 + 2 * n);
  if (values === undefined) return undefined;
  const [first = 0, second = 0] = values;
  const points = { rows: n, cols: 2, data: values.slice(2) };
  return { points, explainedVarianceRatio: Number.isNaN(first) ? undefined : [first, second] };
}

/** What stands before the images of a cache entry. */
export interface PixelsHeader {
  readonly count: number;
  /** Of each stored image, in px. */
  readonly height: number;
  readonly width: number;
}

/** `[count, height, width]` as uint32. */
export const PIXELS_HEADER_BYTES = 3 * Uint32Array.BYTES_PER_ELEMENT;

/** The first bytes of an entry of 8-bit RGB images of one size. */
export function encodePixelsHeader({ count, height, width }: PixelsHeader): Uint8Array {
  return new Uint8Array(Uint32Array.of(count, height, width).buffer);
}

/** What the first bytes of an entry of `length` bytes say; `undefined` when its size does not fit. */
export function decodePixelsHeader(bytes: Uint8Array, length: number): PixelsHeader | undefined {
  if (bytes.byteLength < PIXELS_HEADER_BYTES) return undefined;
  const [count = 0, height = 0, width = 0] = new Uint32Array(
    copyBytes(bytes.subarray(0, PIXELS_HEADER_BYTES)).buffer,
  );
  if (length !== PIXELS_HEADER_BYTES + count * 3 * height * width) return undefined;
  return { count, height, width };
}

/** A copy with a buffer of its own, aligned for wider numbers; `slice` of a Node Buffer would be a view. */
function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** Numbers as float64, part after part. */
export function encodeDoubles(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const values = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    values.set(part, filled);
    filled += part.length;
  }
  return new Uint8Array(values.buffer);
}

/** The numbers of a cache entry, in memory of their own; `undefined` where the bytes are not those of `count`. */
export function decodeDoubles(bytes: Uint8Array, count: number): Float64Array | undefined {
  if (bytes.byteLength !== count * Float64Array.BYTES_PER_ELEMENT) return undefined;
  return new Float64Array(copyBytes(bytes).buffer);
}
