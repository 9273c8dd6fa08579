/** A Trainer's output folder, described: checkpoints in step order and the history of the training. */
import { join } from 'node:path';
import type { Checkpoint, TrainerRun } from '../contracts.ts';
import { EmbeddingAnimationError, withPlace } from '../errors.ts';
import { describeWeights, digestFiles, hashFile, type CheckpointWeights } from './checkpoint-files.ts';
import { findCheckpoints, type CheckpointFolder } from './checkpoint-folders.ts';
import { readHistory, summariseAt, type History } from './history.ts';
import { readModelConfig, type ModelConfig } from './model-config.ts';

/** What reading a run takes from outside. */
export interface TrainerRunOptions {
  /** Number of weights in the safetensors files of a checkpoint's folder. */
  readonly countParameters: (folder: string) => Promise<number>;
  /**
   * sha256 (hex) of a file. Give one that remembers to hash large weights once.
   * @default reads the file as a stream
   */
  readonly hashFile?: (path: string) => Promise<string>;
}

/** One checkpoint's folder and what its files say, before the history is known. */
interface OpenedCheckpoint extends CheckpointFolder {
  readonly config: ModelConfig;
  readonly weights: CheckpointWeights;
}

/**
 * Reads the run in `folder`: every `checkpoint-<step>` in numeric order, losses and evaluations. Weights are
 * measured and hashed, not loaded.
 * @throws EmbeddingAnimationError with run, step and file: `NoCheckpoints`, `CheckpointInvalid`, `ConfigInvalid`,
 * `CheckpointsDiffer`, `TrainerStateInvalid`, `LossLogInvalid`
 */
export async function readTrainerRun(
  run: string,
  folder: string,
  options: TrainerRunOptions,
): Promise<TrainerRun> {
  return withPlace({ run }, async () => {
    const opened: OpenedCheckpoint[] = [];
    for (const found of await findCheckpoints(folder)) opened.push(await openCheckpoint(found));
    const last = opened.at(-1)!; // findCheckpoints refuses a folder without any
    for (const checkpoint of opened) checkSameModel(checkpoint, last);
    const steps = opened.map(({ step }) => step);
    const history = await readHistory(folder, last.folder, steps);
    const checkpoints: Checkpoint[] = [];
    for (const checkpoint of opened)
      checkpoints.push(await describeCheckpoint(run, checkpoint, history, options));
    const { losses, evaluations } = history;
    return { run, folder, checkpoints, losses, evaluations, classNames: last.config.classNames };
  });
}

async function openCheckpoint({ step, folder }: CheckpointFolder): Promise<OpenedCheckpoint> {
  return withPlace({ step }, async () => ({
    step,
    folder,
    config: await readModelConfig(join(folder, 'config.json')),
    weights: await describeWeights(folder),
  }));
}

async function describeCheckpoint(
  run: string,
  { step, folder, config, weights }: OpenedCheckpoint,
  history: History,
  options: TrainerRunOptions,
): Promise<Checkpoint> {
  return withPlace({ step }, async () => ({
    run,
    step,
    folder,
    ...summariseAt(history, step),
    modelType: config.modelType,
    hiddenSize: config.hiddenSize,
    parameters: weights.ready ? 0 : await options.countParameters(folder),
    bytes: weights.bytes,
    form: weights.ready ? 'embeddings' : 'weights',
    digest: await digestFiles(folder, weights.files, options.hashFile ?? hashFile),
  }));
}

function checkSameModel({ step, config }: OpenedCheckpoint, last: OpenedCheckpoint): void {
  const { modelType, hiddenSize } = config;
  if (modelType === last.config.modelType && hiddenSize === last.config.hiddenSize) return;
  throw new EmbeddingAnimationError('CheckpointsDiffer', {
    step,
    file: 'config.json',
    problem:
      `the model is ${modelType} with hidden size ${hiddenSize}, but the last checkpoint (step ${last.step}) is ` +
      `${last.config.modelType} with hidden size ${last.config.hiddenSize}`,
    hint: 'Keep the checkpoints of one training in a run; move the others to a run of their own.',
  });
}
