/** The images of an evaluation set as a model sees them, kept on disk and read from there by the threads that embed. */
import { open } from 'node:fs/promises';
import type { EntryLocation } from '../artifacts/cache.ts';
import { readUnchanged } from '../artifacts/input-files.ts';
import {
  encodePixelsHeader,
  PIXELS_HEADER_BYTES,
  decodePixelsHeader,
  type PixelsHeader,
} from '../artifacts/cached-results.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Dataset } from '../contracts.ts';
import {
  areOriginalsWorthKeeping,
  preparedSize,
  processorKey,
  writeImages,
  type PixelKind,
  type PixelStream,
  type Processor,
  type StoredPixels,
} from '../embedding/index.ts';
import { makeError, withPlace, type EmbeddingAnimationError } from '../errors.ts';
import { withProgress, type ProgressReport } from '../progress.ts';
import type { RunSource } from '../run-source.ts';
import { stageVersions, type PipelineContext } from './context.ts';

/** What the cache calls them. */
const CACHE_KINDS = { prepared: 'pixels', original: 'originals' } as const satisfies Record<
  PixelKind,
  string
>;

/** Names the 8-bit pixels that a model sees: the same for all checkpoints that share a processor. */
export function pixelsKey({ digest }: Dataset, processor: Processor): string {
  return hashOf({ dataset: digest, processor: processorKey(processor), version: stageVersions.embedding });
}

/**
 * Finds the pixels in the cache, or decodes the images and puts them there, a few at a time.
 * @throws EmbeddingAnimationError when an image can't be used, or the cache can't be written
 */
export async function storePixels(
  source: Pick<RunSource, 'id' | 'dataset' | 'inputs'>,
  context: PipelineContext,
  processor: Processor,
): Promise<StoredPixels> {
  const known = await findPixels(source.dataset, context, processor);
  if (known !== undefined) return known;
  return withProgress(`${source.id}: preparing images`, 'images', context.progress, async (update) => {
    await withPlace({ run: source.id }, () =>
      readUnchanged(source.inputs?.images, {}, (verify) =>
        writePixels(source.dataset, context, processor, { update, verify }),
      ),
    );
    const stored = await findPixels(source.dataset, context, processor);
    if (stored === undefined) throw pixelsLost(source.id);
    const { count, width, height } = stored;
    return { result: stored, line: `${source.id}: prepared ${count} images of ${width}×${height} px` };
  });
}

async function findPixels(
  dataset: Dataset,
  { cache }: PipelineContext,
  processor: Processor,
): Promise<StoredPixels | undefined> {
  const original = await readHeader(await cache.locate(CACHE_KINDS.original, originalsKey(dataset)), dataset);
  if (original !== undefined && areOriginalsWorthKeeping(processor, original.header)) {
    const { path, header } = original;
    const { count, height, width } = header;
    const size = preparedSize(processor, header);
    const { offset } = original;
    return { path, offset, count, channels: 3, ...size, original: { height, width, processor } };
  }
  const prepared = await readHeader(
    await cache.locate(CACHE_KINDS.prepared, pixelsKey(dataset, processor)),
    dataset,
  );
  if (prepared === undefined) return undefined;
  return { path: prepared.path, offset: prepared.offset, channels: 3, ...prepared.header };
}

function originalsKey({ digest }: Dataset): string {
  return hashOf({ dataset: digest, version: stageVersions.embedding });
}

async function writePixels(
  dataset: Dataset,
  { cache, threads }: PipelineContext,
  processor: Processor,
  { update, verify }: { readonly update: ProgressReport['update']; readonly verify: () => Promise<void> },
): Promise<void> {
  const keys = { prepared: pixelsKey(dataset, processor), original: originalsKey(dataset) };
  await writeImages(dataset, processor, { onProgress: update, threads }, (kind, stream) =>
    cache.write(CACHE_KINDS[kind], keys[kind], entryOf(stream, verify)),
  );
}

/** @param verify fails, and the entry with it, where an image changed while it was decoded */
async function* entryOf(stream: PixelStream, verify: () => Promise<void>): AsyncGenerator<Uint8Array> {
  yield encodePixelsHeader(stream);
  yield* stream.images;
  await verify();
}

interface LocatedPixels {
  readonly path: string;
  /** First byte of the first image. */
  readonly offset: number;
  readonly header: PixelsHeader;
}

async function readHeader(
  location: EntryLocation | undefined,
  { items }: Dataset,
): Promise<LocatedPixels | undefined> {
  if (location === undefined) return undefined;
  const { path, offset, length } = location;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(PIXELS_HEADER_BYTES), 0, PIXELS_HEADER_BYTES, offset);
    const header = decodePixelsHeader(buffer, length);
    return header?.count === items.length
      ? { path, offset: offset + PIXELS_HEADER_BYTES, header }
      : undefined;
  } finally {
    await file.close();
  }
}

function pixelsLost(run: string): EmbeddingAnimationError {
  return makeError('ArtifactsInvalid', 'pixelsLost', undefined, { run });
}
