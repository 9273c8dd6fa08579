/** Copies of results beside the checkpoints that they are of, which the option `storeEmbeddings` asks for. */
import { join } from 'node:path';
import type { Checkpoint, Matrix } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import {
  readSafetensorsHeader,
  readSafetensorsMetadata,
  writeEmbeddings,
} from '../formats/safetensors/index.ts';
import { removeLeftovers } from '../write-files.ts';

/** A result to copy. */
export interface ResultToStore {
  readonly checkpoint: Pick<Checkpoint, 'run' | 'step' | 'folder'>;
  /** Its tensor, after which the file is named: `<name>.safetensors`. */
  readonly name: 'embedding' | 'logits';
  /** All that decides it. The file keeps it: one that has the result already is not written again. */
  readonly key: string;
  readonly load: () => Promise<Matrix<Float32Array>>;
}

/**
 * Writes a result beside its checkpoint as one F32 tensor. A second call writes nothing, so that a watcher of the folder
 * comes to rest; a file that is missing or damaged is written anew.
 * @throws EmbeddingAnimationError `FileUnwritable`
 */
export async function storeCopy({ checkpoint, name, key, load }: ResultToStore): Promise<void> {
  const { run, step, folder } = checkpoint;
  const file = `${name}.safetensors`;
  const path = join(folder, file);
  const keyName = `${name}_key`;
  await removeLeftovers(folder, [file]);
  if (await isStored(path, keyName, key)) return;
  await withPlace({ run, step, file }, async () =>
    writeEmbeddings(path, await load(), { [keyName]: key }, name),
  );
}

async function isStored(path: string, keyName: string, key: string): Promise<boolean> {
  try {
    await readSafetensorsHeader(path, {}); // whole: its tensors fill it
    return (await readSafetensorsMetadata(path, {})).get(keyName) === key;
  } catch {
    return false;
  }
}
