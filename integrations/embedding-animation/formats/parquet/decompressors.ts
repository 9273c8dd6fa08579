/** hyparquet's decompressors with a limit: a page of a few bytes may say that it holds gigabytes. */
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Free for a page of any size: runs of equal values take no room. */
const FREE_BYTES = 64 << 20;
/** Beyond that, for each byte that a page takes in the file. Pictures and embeddings hardly shrink at all. */
const MOST_GROWTH = 64;

/** All that hyparquet-compressors has. An empty page is not decompressed: some refuse what they make of nothing. */
export const limitedDecompressors: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]): [string, typeof decompress] => [
    codec,
    (input, length) => {
      if (length === 0) return new Uint8Array(0);
      if (!(length > 0 && length <= FREE_BYTES + MOST_GROWTH * input.length))
        throw new RangeError(`a page says that it holds ${length} bytes`);
      return decompress(input, length);
    },
  ]),
);
