/** Which runs' folders have changed, told once what was being written there is complete. */
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { findInAnyForm } from '../files.ts';

/** A checkpoint is written in several steps; a change counts once the folder has been quiet this long. */
const QUIET_MS = 1500;
/** The same for files that lie in the run's folder itself, such as run.yaml: editors write them at once. */
const QUIET_SMALL_MS = 300;
/** Weights that are copied over a slow line may rest for a while, but not grow between two looks. */
const LOOK_AGAIN_MS = 500;

/** A run's folder that has changed, until it rests. */
interface Wait {
  readonly timer: NodeJS.Timeout;
  /** Whether a file in a folder of the run has changed, such as a checkpoint's. */
  readonly isDeep: boolean;
  /** Sizes of its files when they were looked at last. */
  readonly sizes: string | undefined;
}

/** What watching needs of Vite's watcher. */
export interface Watcher {
  add(path: string): unknown;
  on(event: 'all', listener: (event: string, path: string) => void): unknown;
  off(event: 'all', listener: (event: string, path: string) => void): unknown;
}

/** Whom watching tells; a run by its folder's name in composed characters. */
export interface RunListener {
  /** Something is being written in the folder of this run. */
  readonly onTouch: (run: string) => void;
  /** The run's folder has changed and come to rest; `undefined` for the folder of runs itself. */
  readonly onChange: (run: string | undefined) => void;
}

/**
 * Tells `listener` of changes below `runsFolder`.
 * @returns ends watching
 */
export function watchRuns(
  watcher: Watcher,
  runsFolder: string,
  { onTouch, onChange }: RunListener,
): () => void {
  const waiting = new Map<string, Wait>();
  const settle = async (run: string, wait: Wait): Promise<void> => {
    const sizes = wait.isDeep ? await listSizes(join(runsFolder, run)) : undefined;
    if (waiting.get(run) !== wait) return; // it has changed meanwhile, or watching has ended
    if (sizes === wait.sizes) {
      waiting.delete(run);
      onChange(run === '' ? undefined : run);
    } else {
      waitFor(run, { isDeep: true, sizes }, LOOK_AGAIN_MS);
    }
  };
  const waitFor = (run: string, about: Pick<Wait, 'isDeep' | 'sizes'>, milliseconds: number): void => {
    const timer = setTimeout(() => void settle(run, wait), milliseconds);
    const wait: Wait = { ...about, timer };
    waiting.set(run, wait);
  };
  const listener = (_event: string, path: string): void => {
    const below = relative(runsFolder.normalize(), path.normalize()); // a watcher's paths may be in either form
    if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) return;
    const [run = '', ...rest] = below.split(sep);
    onTouch(run);
    const before = waiting.get(run);
    clearTimeout(before?.timer);
    const isDeep = rest.length > 1 || before?.isDeep === true;
    waitFor(run, { isDeep, sizes: undefined }, isDeep ? QUIET_MS : QUIET_SMALL_MS);
  };
  watcher.add(runsFolder);
  watcher.on('all', listener);
  return () => {
    watcher.off('all', listener);
    for (const { timer } of waiting.values()) clearTimeout(timer);
    waiting.clear();
  };
}

/** Names and sizes of all files below `folder`, in one text. */
async function listSizes(folder: string): Promise<string> {
  const entries = await readdir(await findInAnyForm(folder), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(
    files.map(async (file) => `${file} ${(await stat(file).catch(() => undefined))?.size ?? 0}`),
  );
  return sizes.sort().join('\n');
}
