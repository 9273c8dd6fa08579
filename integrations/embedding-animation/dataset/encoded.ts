/** Decoding of image files, wherever they are kept. */
import type { Dataset } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import { decodeImage, readOrientation } from '../images/index.ts';

/** Image files by their index in a set. */
export interface EncodedSet {
  /** Whether photos are turned as their EXIF data say. */
  readonly turn: boolean;
  /**
   * The file's bytes.
   * @throws EmbeddingAnimationError `ImageUnreadable`
   */
  readonly read: (index: number) => Promise<Uint8Array>;
  /**
   * The same for who looks at each image once, in order.
   * @default `read`
   */
  readonly readOnce?: EncodedSet['read'];
  /** What messages call an image. */
  readonly placeOf: (index: number) => string;
}

/** What a data set of image files decodes by. */
export function decodeEncoded({
  turn,
  read,
  readOnce = read,
  placeOf,
}: EncodedSet): Pick<Dataset, 'decode' | 'orientationOf'> {
  const decode: Dataset['decode'] = (index, reserve) =>
    withPlace({ file: placeOf(index) }, async () => decodeImage(await read(index), { turn, reserve }));
  if (!turn) return { decode };
  return {
    decode,
    orientationOf: (index) =>
      withPlace({ file: placeOf(index) }, async () => readOrientation(await readOnce(index))),
  };
}
