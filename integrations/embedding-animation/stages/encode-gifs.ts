/** Pictures in, one looping GIF a variant out. */
import { hashOf } from '../artifacts/stable-json.ts';
import type { PublishedFile } from '../artifacts/rendering-folder.ts';
import type { OnProgress } from '../contracts.ts';
import { withProgress } from '../progress.ts';
import { encodeGif, openGifPool } from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import { variantFile, type Variant } from '../variants.ts';
import type { DrawnMap, DrawnVariant } from './draw.ts';
import { stageVersions, type PipelineContext } from './context.ts';

const KIND = 'animations';
const MS_PER_SECOND = 1000;

/** What a GIF takes from a run. */
type AnimatedSource = Pick<RunSource, 'id' | 'look'>;

/** A GIF in the cache, read when it is needed. */
export interface EncodedGif extends PublishedFile {
  readonly content: () => Promise<Uint8Array>;
  readonly bytes: number;
}

/** A map with its pictures and its GIFs. */
export interface AnimatedMap extends DrawnMap {
  /** One a variant, in this order. */
  readonly gifs: readonly EncodedGif[];
}

/**
 * Encodes the pictures of each variant of each map; the last one is held. A few pictures are in memory at a time, and
 * never a GIF.
 */
export async function encodeGifs<Drawn extends Pick<DrawnMap, 'folder' | 'variants'>>(
  source: AnimatedSource,
  maps: readonly Drawn[],
  context: Pick<PipelineContext, 'cache' | 'threads' | 'progress'>,
): Promise<(Drawn & Pick<AnimatedMap, 'gifs'>)[]> {
  const animated: (Drawn & Pick<AnimatedMap, 'gifs'>)[] = [];
  for (const map of maps) {
    const gifs: EncodedGif[] = [];
    for (const variant of map.variants) gifs.push(await encodeVariant(source, variant, map.folder, context));
    animated.push({ ...map, gifs });
  }
  return animated;
}

/** Name of a variant's GIF below its map's folder. */
export function gifName(variant: Pick<Variant, 'name'>): string {
  return variantFile('animation', variant, 'gif');
}

async function encodeVariant(
  { id, look }: AnimatedSource,
  { variant, pictures }: DrawnVariant,
  folder: string,
  { cache, threads, progress }: Pick<PipelineContext, 'cache' | 'threads' | 'progress'>,
): Promise<EncodedGif> {
  const delaysMs = pictures.map((_, index) =>
    Math.round(
      (look.secondsPerFrame + (index === pictures.length - 1 ? look.holdSeconds : 0)) * MS_PER_SECOND,
    ),
  );
  const name = `${folder}${gifName(variant)}`;
  const frames = pictures.map(({ content }) => content);
  const encode = (onProgress?: OnProgress): AsyncGenerator<Uint8Array> =>
    encodeInThreads(threads, frames, delaysMs, onProgress);
  const key = hashOf({
    pictures: pictures.map((picture) => picture.key),
    delaysMs,
    version: stageVersions.rendering,
  });
  const content = async (): Promise<Uint8Array> => (await cache.read(KIND, key)) ?? concatenate(encode());

  return withProgress(`${id}: joining`, 'frames', progress, async (onProgress) => {
    const found = await cache.locate(KIND, key);
    let bytes = found?.length ?? 0;
    if (found === undefined)
      await cache.write(
        KIND,
        key,
        count(encode(onProgress), (size) => (bytes += size)),
      );
    const megabytes = (bytes / 1e6).toFixed(1);
    const said = found === undefined ? 'joined' : 'found';
    return {
      result: { name, content, bytes },
      line: `${id}: ${said} ${pictures.length} frames in ${name} of ${megabytes} MB`,
    };
  });
}

/** Starts the threads, which stop when the last part was taken or nobody wants another. */
async function* encodeInThreads(
  threads: number,
  frames: readonly (() => Promise<Uint8Array>)[],
  delaysMs: readonly number[],
  onProgress: OnProgress | undefined,
): AsyncGenerator<Uint8Array> {
  const pool = openGifPool(threads);
  try {
    yield* encodeGif(pool, frames, { delaysMs, ...(onProgress === undefined ? {} : { onProgress }) });
  } finally {
    await pool.close();
  }
}

async function* count(
  parts: AsyncIterable<Uint8Array>,
  add: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    add(part.length);
    yield part;
  }
}

async function concatenate(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}
