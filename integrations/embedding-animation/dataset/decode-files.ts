/** Decoding of image files, wherever they are kept. */
import { mapBounded, openByteSemaphore } from '../threads/concurrency.ts';
import type { Dataset, Reserve } from '../contracts.ts';
import { EmbeddingAnimationError, withPlace } from '../errors.ts';
import { decodeImage, readOrientation } from '../images/index.ts';

/** Files read at a time for what they say of themselves. */
const READS_AT_ONCE = 8;

/** Memory that files may take while they are decoded, together; one that takes more goes alone. */
const FILE_BYTES = 256 << 20;

/**
 * Gives an image's bytes by its index.
 * @param reserve waits until memory for them may be used
 * @throws EmbeddingAnimationError `ImageUnreadable`
 */
type ReadFile = (index: number, reserve: Reserve) => Promise<Uint8Array>;

/** Image files by their index in a set. */
export interface ImageFiles {
  /** Whether photos are turned as their EXIF data say. */
  readonly turn: boolean;
  readonly read: ReadFile;
  /**
   * Opens the files for one pass in order, after which nothing of them stays in memory.
   * @default `read`
   */
  readonly openPass?: () => Promise<ReadFile>;
  /** What messages call an image. */
  readonly placeOf: (index: number) => string;
}

/** What a data set of image files decodes by. */
export function decodeFiles({
  turn,
  read,
  openPass = () => Promise.resolve(read),
  placeOf,
}: ImageFiles): Pick<Dataset, 'decode' | 'findTurned'> {
  const reading = openByteSemaphore(FILE_BYTES);
  /** What `use` makes of a file, whose memory is then free for others. */
  const withFile = <T>(
    readFile: ReadFile,
    index: number,
    use: (bytes: Uint8Array) => T | Promise<T>,
  ): Promise<T> =>
    withPlace({ file: placeOf(index) }, () =>
      reading.run(async (reserve) => use(await readFile(index, reserve))),
    );
  const decode: Dataset['decode'] = (index, reserve) =>
    withFile(read, index, (bytes) => decodeImage(bytes, { turn, reserve }));
  if (!turn) return { decode };
  return {
    decode,
    async findTurned(indices) {
      const readOnce = await openPass();
      const turned = await mapBounded(indices, READS_AT_ONCE, (index) =>
        isTurned(() => withFile(readOnce, index, readOrientation)),
      );
      return indices.filter((_, at) => turned[at]);
    },
  };
}

/** Whether an image is turned; one that can't be read is not, and whoever decodes it says so. */
async function isTurned(readOne: () => Promise<number>): Promise<boolean> {
  try {
    return (await readOne()) !== 1;
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
