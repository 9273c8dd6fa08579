/** Whether a run's folder holds anything that embeddings could be made from. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegularFile } from '../files.ts';
import { isLfsPointer, LFS_PROBE_BYTES } from '../formats/git-lfs.ts';
import { searchCheckpoints, type WantedCheckpoints } from './checkpoint-folders.ts';
import { listOnnxModels } from './onnx-files.ts';

/** An index of shards is not among them: without its shards it is nothing. */
const WEIGHTS = /\.safetensors$/;

/**
 * Whether any checkpoint in `folder` has weights, an ONNX export or one of the `readyFiles`, be it in order or not. A file that Git LFS has
 * not fetched is not there: a host that clones without them has none.
 */
export async function hasModelFiles(folder: string, wanted: WantedCheckpoints): Promise<boolean> {
  const { found } = await searchCheckpoints(folder, wanted);
  for (const checkpoint of found) {
    const names = await readdir(checkpoint.folder);
    const files = names.filter((name) => WEIGHTS.test(name) || wanted.readyFiles.includes(name));
    for (const name of [...files, ...(await listOnnxModels(checkpoint.folder))]) {
      if (!(await isPointer(join(checkpoint.folder, name)))) return true;
    }
  }
  return false;
}

async function isPointer(path: string): Promise<boolean> {
  const file = await openRegularFile(path).catch(() => undefined);
  if (file === undefined) return false; // there, and for its reader to refuse
  try {
    const start = Buffer.alloc(LFS_PROBE_BYTES);
    await file.read(start, 0, start.length, 0);
    return isLfsPointer(start);
  } finally {
    await file.close();
  }
}
