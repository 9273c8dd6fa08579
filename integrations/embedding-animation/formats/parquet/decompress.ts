/** A page's bytes as they were before they were compressed. */
import * as zlib from 'node:zlib';
import { compressors } from 'hyparquet-compressors';
import type { Codec } from './footer.ts';

type Decompress = (bytes: Uint8Array, length: number) => Uint8Array;

/** None of them makes more than `length` bytes, and what they make is checked by the caller. */
const DECOMPRESSORS: Readonly<Partial<Record<Codec, Decompress | undefined>>> = {
  none: (bytes) => bytes,
  snappy: compressors.SNAPPY,
  gzip: (bytes, length) => zlib.gunzipSync(bytes, { maxOutputLength: length }),
  brotli: (bytes, length) => zlib.brotliDecompressSync(bytes, { maxOutputLength: length }),
  zstd: decompressZstd,
  lz4: compressors.LZ4,
  lz4_raw: compressors.LZ4_RAW,
};

/**
 * Decompresses a page.
 * @param length bytes that come out
 * @throws Error for damaged bytes, and where other than `length` bytes come out
 */
export function decompress(bytes: Uint8Array, codec: Codec, length: number): Uint8Array {
  const work = DECOMPRESSORS[codec];
  if (work === undefined) throw new RangeError(`pages compressed as ${codec} are not read`);
  if (length === 0) return new Uint8Array(0); // some compressors refuse their own output of nothing
  const page = work(bytes, length);
  if (page.length === length) return page;
  throw new RangeError(`a page has ${page.length} bytes, and its header says ${length}`);
}

/** Node.js has it since 22.15. */
function decompressZstd(bytes: Uint8Array, length: number): Uint8Array {
  const native = Reflect.get(zlib, 'zstdDecompressSync') as typeof zlib.zstdDecompressSync | undefined;
  if (native !== undefined) return native(bytes, { maxOutputLength: length });
  checkZstdSize(bytes, length);
  return compressors.ZSTD!(bytes, length); // the package has it
}

/** The sizes that frames say: a decompressor without a limit takes as much memory. */
function checkZstdSize(bytes: Uint8Array, length: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const descriptor = view.getUint8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  if (!isSingle) {
    const window = view.getUint8(5);
    const size = 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8);
    if (size > Math.max(length, 1 << 23)) throw new RangeError(`a frame has a window of ${size} bytes`);
  }
  const at = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  const says = [isSingle ? view.getUint8(at) : length, 0, 0, 0][descriptor >> 6]!;
  const size =
    descriptor >> 6 === 1
      ? view.getUint16(at, true) + 256
      : descriptor >> 6 === 2
        ? view.getUint32(at, true)
        : descriptor >> 6 === 3
          ? Number(view.getBigUint64(at, true))
          : says;
  if (size > length) throw new RangeError(`a frame says that it holds ${size} bytes`);
}
