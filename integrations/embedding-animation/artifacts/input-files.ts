/**
 * The files that a run is opened from, as they were when they were hashed. A result is kept under their digests, and
 * made from what is read later: in between somebody may put other files in their place. So whoever keeps a result
 * asks here, once all is read, whether the files are still those that were hashed.
 */
import { basename, isAbsolute, relative, sep } from 'node:path';
import { mapBounded } from '../threads/concurrency.ts';
import { makeError, type EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import { isAbort } from '../explain-error.ts';
import { identifyFile, RACY_MS } from './file-digests.ts';

/** Files looked at at once. */
const LOOKED_AT_ONCE = 16;

/** Files whose digests go into keys. */
export interface InputFiles {
  /**
   * sha256 (hex) of a file, which is tracked from then on. Asked again, the file must still be the same.
   * @throws EmbeddingAnimationError `InputChanged`; the file system's error
   */
  readonly hashFile: (path: string) => Promise<string>;
  /** Paths of the files tracked so far. */
  paths(): string[];
  /**
   * Whether the files are those that were hashed. `touched`: their content is, yet one of them was replaced or
   * written to meanwhile, so that another content may have been read.
   * @param paths tracked files. @default all of them
   * @throws EmbeddingAnimationError `InputChanged` with the file
   */
  compare(paths?: readonly string[]): Promise<'same' | 'touched'>;
}

/** A file when it was hashed. */
interface TrackedFile {
  readonly sha256: string;
  readonly stamp: string;
  /** Whether it had changed so shortly before that it may change again without another stamp. */
  readonly isRacy: boolean;
}

/**
 * Tracks the files that are hashed through it.
 * @param hash sha256 (hex) of a file's content; it may remember those of files that have not changed
 * @param root folder that messages name files from
 */
export function trackInputs(
  hash: (path: string) => Promise<string>,
  root: string,
  now: () => number = Date.now,
): InputFiles {
  const tracked = new Map<string, TrackedFile>();
  const read = async (path: string): Promise<TrackedFile> => {
    const startedMs = now();
    const { stamp, file, changedMs } = await identifyFile(path);
    const sha256 = await hash(path);
    return { sha256, stamp: `${file}:${stamp}`, isRacy: startedMs - changedMs <= RACY_MS };
  };
  /** The file as it is now, read again where its stamp does not tell. */
  const lookAgain = async (path: string, before: TrackedFile): Promise<TrackedFile> => {
    const { stamp, file } = await identifyFile(path);
    return before.stamp === `${file}:${stamp}` && !before.isRacy ? before : read(path);
  };
  const compareOne = async (path: string): Promise<boolean> => {
    const before = tracked.get(path);
    if (before === undefined) return true;
    const after = await lookAgain(path, before).catch((cause: unknown) => {
      throw inputChanged(path, root, cause);
    });
    if (after.sha256 !== before.sha256) throw inputChanged(path, root);
    tracked.set(path, after);
    return after.stamp === before.stamp;
  };
  return {
    async hashFile(path) {
      const before = tracked.get(path);
      const after = before === undefined ? await read(path) : await lookAgain(path, before);
      if (before !== undefined && before.sha256 !== after.sha256) throw inputChanged(path, root);
      tracked.set(path, after);
      return after.sha256;
    },
    paths: () => [...tracked.keys()],
    async compare(paths = [...tracked.keys()]) {
      const same = await mapBounded(paths, LOOKED_AT_ONCE, compareOne);
      return same.every(Boolean) ? 'same' : 'touched';
    },
  };
}

/** Ends an attempt whose files were touched; it never leaves `readUnchanged`. */
class Touched extends Error {
  override readonly name = 'Touched';
}

/**
 * Does `work`, which reads files of `inputs` and calls `verify` when it has read all, before it keeps anything.
 * Where a file was touched but has its content again, it is done once more.
 * @param paths those that it reads. @default all
 * @throws EmbeddingAnimationError `InputChanged` where a file has another content, also when `work` failed of it
 */
export async function readUnchanged<T>(
  inputs: InputFiles | undefined,
  place: ErrorPlace,
  work: (verify: () => Promise<void>) => Promise<T>,
  paths?: readonly string[],
): Promise<T> {
  if (inputs === undefined) return work(() => Promise.resolve());
  const verify = async (): Promise<void> => {
    if ((await inputs.compare(paths)) === 'touched') throw new Touched();
  };
  const attempt = async (): Promise<T> => {
    try {
      return await work(verify);
    } catch (error) {
      // A change explains whatever else went wrong; who was stopped wants no more.
      if (!(error instanceof Touched) && !isAbort(error)) await inputs.compare(paths);
      throw error;
    }
  };
  try {
    return await attempt().catch((error: unknown) => {
      if (error instanceof Touched) return attempt();
      throw error;
    });
  } catch (error) {
    if (error instanceof Touched) throw makeError('InputChanged', 'touched', undefined, place);
    throw error;
  }
}

/** A file inside `root` is named from there, another by its name alone. */
function inputChanged(path: string, root: string, cause?: unknown): EmbeddingAnimationError {
  const below = relative(root, path);
  const isOutside = below.split(sep)[0] === '..' || isAbsolute(below);
  const file = isOutside ? basename(path) : below.split(sep).join('/');
  return makeError('InputChanged', 'changed', undefined, { file, cause });
}
