/** Files that Git LFS has not put in place. */

/** First line of a pointer file, as Git LFS's specification has it. */
const FIRST_LINE = 'version https://git-lfs.github.com/spec/v1\n';

/** Bytes from the start of a file that `isLfsPointer` needs to see. */
export const LFS_POINTER_START = FIRST_LINE.length;

/** What to do about a pointer file. */
export const LFS_HINT = 'Fetch the content with: git lfs pull';

/** Whether a file that starts with `bytes` is the text that stands for content kept by Git LFS. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .subarray(0, LFS_POINTER_START)
    .equals(Buffer.from(FIRST_LINE));
}
