/** Whether a run's folder holds anything that embeddings could be made from. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegularFile } from '../files.ts';
import { isLfsPointer, LFS_PROBE_BYTES } from '../formats/git-lfs.ts';
import { ADAPTER_WEIGHTS, isAdapter, openAdapterFiles, type BaseSearch } from './adapters.ts';
import { searchCheckpoints, type WantedCheckpoints } from './find-checkpoints.ts';
import { listOnnxModels } from './onnx-files.ts';

/** An index of shards is not among them: without its shards it is nothing. */
const WEIGHTS = /\.safetensors$/;

/**
 * Whether any checkpoint in `folder` has weights, an ONNX export or one of the `readyFiles`, be it in order or not. A file that Git LFS has
 * not fetched is not there: a host that clones without them has none.
 */
export async function hasModelFiles(
  folder: string,
  wanted: WantedCheckpoints,
  bases: BaseSearch = { roots: [folder] },
): Promise<boolean> {
  const { found } = await searchCheckpoints(folder, wanted);
  for (const checkpoint of found) {
    const names = (await readdir(checkpoint.folder)).filter((name) => name !== ADAPTER_WEIGHTS);
    if (await hasWholeAdapter(checkpoint.folder, bases)) return true;
    const files = names.filter((name) => WEIGHTS.test(name) || wanted.readyFiles.includes(name));
    for (const name of [...files, ...(await listOnnxModels(checkpoint.folder))]) {
      if (!(await isPointer(join(checkpoint.folder, name)))) return true;
    }
  }
  return false;
}

/** An adapter is nothing without the model that it adds to, which a host that clones a site may not have. */
async function hasWholeAdapter(folder: string, bases: BaseSearch): Promise<boolean> {
  const present = new Set(await readdir(folder));
  if (!isAdapter(present) || (await isPointer(join(folder, ADAPTER_WEIGHTS)))) return false;
  const adapter = await openAdapterFiles(folder, bases).catch(() => undefined);
  return adapter === undefined || adapter.base !== undefined; // what is damaged is for the reader to refuse
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
