/** Decoding of image files, wherever they are kept. */
import { mapBounded } from '../concurrency.ts';
import type { Dataset } from '../contracts.ts';
import { EmbeddingAnimationError, withPlace } from '../errors.ts';
import { decodeImage, readOrientation } from '../images/index.ts';

/** Files read at a time for what they say of themselves. */
const READS_AT_ONCE = 8;

/**
 * Gives an image's bytes by its index.
 * @throws EmbeddingAnimationError `ImageUnreadable`
 */
type ReadEncoded = (index: number) => Promise<Uint8Array>;

/** Image files by their index in a set. */
export interface EncodedSet {
  /** Whether photos are turned as their EXIF data say. */
  readonly turn: boolean;
  readonly read: ReadEncoded;
  /**
   * Opens the files for one pass in order, after which nothing of them stays in memory.
   * @default `read`
   */
  readonly openPass?: () => Promise<ReadEncoded>;
  /** What messages call an image. */
  readonly placeOf: (index: number) => string;
}

/** What a data set of image files decodes by. */
export function decodeEncoded({
  turn,
  read,
  openPass = () => Promise.resolve(read),
  placeOf,
}: EncodedSet): Pick<Dataset, 'decode' | 'findTurned'> {
  const decode: Dataset['decode'] = (index, reserve) =>
    withPlace({ file: placeOf(index) }, async () => decodeImage(await read(index), { turn, reserve }));
  if (!turn) return { decode };
  return {
    decode,
    async findTurned(indices) {
      const readOnce = await openPass();
      const turned = await mapBounded(indices, READS_AT_ONCE, (index) =>
        withPlace({ file: placeOf(index) }, () => isTurned(readOnce, index)),
      );
      return indices.filter((_, at) => turned[at]);
    },
  };
}

/** Whether an image is turned; one that can't be read is not, and whoever decodes it says so. */
async function isTurned(read: ReadEncoded, index: number): Promise<boolean> {
  try {
    return readOrientation(await read(index)) !== 1;
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}

/** Whether it is an image's content that is wrong, and not that the system refused to give it. */
export function isUnreadable(error: unknown): error is EmbeddingAnimationError {
  if (!(error instanceof EmbeddingAnimationError) || error.name !== 'ImageUnreadable') return false;
  return !(error.cause instanceof Error && 'code' in error.cause);
}
