/** The `checkpoint-<step>` folders of a run. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddingAnimationError } from '../errors.ts';

/** A folder that the Trainer made at a global step. */
export interface CheckpointFolder {
  readonly step: number;
  readonly folder: string;
}

const CHECKPOINT_NAME = /^checkpoint-(\d+)$/;

/**
 * Lists the checkpoints of the run in `folder` by step, as numbers: 1000 comes after 200. Other folders, such as
 * `checkpoint-best`, are left out; links to folders count.
 * @throws EmbeddingAnimationError `NoCheckpoints`; `CheckpointInvalid` for `checkpoint-007`, which no Trainer writes
 */
export async function findCheckpoints(folder: string): Promise<CheckpointFolder[]> {
  const found: CheckpointFolder[] = [];
  for (const name of await listFolders(folder)) {
    const digits = CHECKPOINT_NAME.exec(name)?.[1];
    if (digits === undefined) continue;
    const step = Number(digits);
    if (String(step) !== digits) throw notAStep(name, step);
    found.push({ step, folder: join(folder, name) });
  }
  if (found.length === 0) throw noCheckpoints('the run has no folder checkpoint-<step>');
  return found.sort((a, b) => a.step - b.step);
}

async function listFolders(folder: string): Promise<string[]> {
  try {
    const folders: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const target = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => entry) : entry;
      if (target.isDirectory()) folders.push(entry.name);
    }
    return folders;
  } catch (cause) {
    throw noCheckpoints("the run's folder can not be read", cause);
  }
}

function noCheckpoints(problem: string, cause?: unknown): EmbeddingAnimationError {
  return new EmbeddingAnimationError('NoCheckpoints', {
    problem,
    hint: 'Copy the output folder of a Hugging Face Trainer here: checkpoint-<step>/ with config.json and model.safetensors.',
    cause,
  });
}

/** Leading zeros would also allow two folders of one step. */
function notAStep(name: string, step: number): EmbeddingAnimationError {
  return new EmbeddingAnimationError('CheckpointInvalid', {
    file: name,
    problem: "the folder's name is not a step as the Trainer writes it",
    hint: Number.isSafeInteger(step) ? `Rename it to checkpoint-${step}.` : 'Rename it to checkpoint-<step>.',
  });
}
