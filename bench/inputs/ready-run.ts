/** A run on disk whose embeddings are ready: everything after embedding starts from it, on both sides. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeEmbeddings } from '../../integrations/embedding-animation/formats/safetensors/index.ts';
import { encodePng } from '../../integrations/embedding-animation/images/index.ts';
import { interpolate, makeStructured } from './embeddings.ts';
import type { Inputs } from './index.ts';
import type { FrameData } from './frame-data.ts';

const READY_EMBEDDINGS = 'embedding.safetensors';

/** Where a run lies. */
export interface ReadyRun {
  /** Folder of runs with this one in it. */
  readonly runsFolder: string;
  readonly id: string;
  /** The files of embeddings, in step order. */
  readonly embeddings: readonly string[];
}

/**
 * Writes a run of `frames` checkpoints to `folder`: embeddings that go from one cloud with a model's spectrum to
 * another, the losses of the frame data, and a folder of images with its classes.
 */
export async function writeReadyRun(
  inputs: Inputs,
  frameData: FrameData,
  folder: string,
  frames: number,
): Promise<ReadyRun> {
  const id = 'ready';
  const run = join(folder, 'runs', id);
  const lastStep = frameData.losses.at(-1)!.step;
  const from = makeStructured(inputs.rows, inputs.cols, 7);
  const { embeddings: to } = await inputs.structured();
  const paths: string[] = [];
  for (let index = 0; index < frames; index++) {
    const checkpoint = join(run, `checkpoint-${Math.round((lastStep * index) / (frames - 1))}`);
    await mkdir(checkpoint, { recursive: true });
    await writeFile(join(checkpoint, 'config.json'), describeModel(frameData, inputs.cols));
    paths.push(join(checkpoint, READY_EMBEDDINGS));
    await writeEmbeddings(paths.at(-1)!, interpolate(from, to, index / (frames - 1)));
  }
  await writeFile(join(run, 'trainer_state.json'), describeTraining(frameData, lastStep));
  await writeFile(join(run, 'run.yaml'), describeRun(frameData));
  await writeImages(frameData, join(run, 'evaluation'));
  return { runsFolder: join(folder, 'runs'), id, embeddings: paths };
}

function describeModel({ classNames }: FrameData, width: number): string {
  return JSON.stringify({
    model_type: 'vit',
    hidden_size: width,
    id2label: Object.fromEntries(classNames.entries()),
  });
}

function describeTraining({ losses }: FrameData, lastStep: number): string {
  return JSON.stringify({ global_step: lastStep, epoch: losses.at(-1)!.epoch, log_history: losses });
}

function describeRun({ side }: FrameData): string {
  return [
    'title: Everything after embedding',
    'dataset:',
    '  type: image-folder',
    '  path: ./evaluation',
    'maps: [per-checkpoint, pooled]',
    'animation:',
    `  width: ${side}`,
    `  height: ${side}`,
    '',
  ].join('\n');
}

/** The frame data's thumbnails, over and over; a table says their classes, so that images keep the order of the rows. */
async function writeImages({ labels, classNames, thumbnails }: FrameData, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pictures = await Promise.all(thumbnails.map(encodePng));
  const table = ['file_name,label'];
  for (const [row, label] of labels.entries()) {
    const file = `${String(row).padStart(6, '0')}.png`;
    table.push(`${file},${classNames[label]!}`);
    await writeFile(join(folder, file), pictures[row % pictures.length]!);
  }
  await writeFile(join(folder, 'metadata.csv'), `${table.join('\n')}\n`);
}
