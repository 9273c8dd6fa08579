/** A Trainer run that is tiny, valid and complete, written into a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainPng } from './png.ts';
import { encodeSafetensors, type WeightType } from './safetensors.ts';
import { describeTinyProcessor, describeTinyVit, drawTinyVit, TINY_IMAGE_SIDE } from './tiny-vit.ts';

/** What a tiny run may be told; everything has a default. */
export interface RunFixture {
  /** @default [0, 2, 10] */
  readonly steps?: readonly number[];
  /** @default 16 */
  readonly hiddenSize?: number;
  /** @default 2 */
  readonly layers?: number;
  /** @default ['cats', 'dogs'] */
  readonly classNames?: readonly string[];
  /** @default 'F32' */
  readonly dtype?: WeightType;
  /** @default 6 */
  readonly imagesPerClass?: number;
  /** Whether the model is a classifier. @default true */
  readonly hasHead?: boolean;
}

/** Steps of one epoch in the histories that are written. */
const STEPS_PER_EPOCH = 5;

/** Loss that is logged at a step. */
export function lossAt(step: number): number {
  return 2 / (1 + step / 4);
}

/** Accuracy that is logged at a checkpoint's step. */
export function accuracyAt(step: number): number {
  return 1 - 0.5 / (1 + step);
}

/**
 * Writes `checkpoint-<step>/`, `log.csv`, `trainer_state.json`, `run.yaml` and the images it names into `folder`,
 * which is made. The same fixture gives the same bytes.
 */
export async function makeRun(folder: string, fixture: RunFixture = {}): Promise<void> {
  const { steps = [0, 2, 10], classNames = ['cats', 'dogs'], imagesPerClass = 6, dtype = 'F32' } = fixture;
  const { hasHead = true } = fixture;
  const model = { hiddenSize: fixture.hiddenSize ?? 16, layers: fixture.layers ?? 2, classNames };
  await mkdir(folder, { recursive: true });
  for (const step of steps) {
    const checkpoint = join(folder, `checkpoint-${step}`);
    await mkdir(checkpoint, { recursive: true });
    const { id2label, label2id, ...config } = describeTinyVit(model);
    const ofModel = hasHead ? { id2label, label2id } : { architectures: ['ViTModel'] };
    await writeJson(join(checkpoint, 'config.json'), { ...config, ...ofModel });
    await writeJson(join(checkpoint, 'preprocessor_config.json'), describeTinyProcessor());
    const tensors = Object.entries(drawTinyVit(model, seededRandom(step + 1))).filter(
      ([name]) => hasHead || !name.startsWith('classifier.'),
    );
    const weights = encodeSafetensors(Object.fromEntries(tensors), dtype);
    await writeFile(join(checkpoint, 'model.safetensors'), weights);
  }
  await writeHistory(folder, steps);
  await writeFile(
    join(folder, 'run.yaml'),
    'title: A tiny run\ndataset:\n  type: image-folder\n  path: images\n',
  );
  await makeImages(join(folder, 'images'), classNames, imagesPerClass);
}

/** Writes `<class>/<n>.png` with random pixels. */
export async function makeImages(
  folder: string,
  classNames: readonly string[],
  perClass: number,
): Promise<void> {
  const random = seededRandom(7);
  for (const className of classNames) {
    await mkdir(join(folder, className), { recursive: true });
    for (let n = 0; n < perClass; n++) {
      const colour = [random() * 255, random() * 255, random() * 255] as const;
      await writeFile(join(folder, className, `${n}.png`), plainPng(TINY_IMAGE_SIDE, colour));
    }
  }
}

async function writeHistory(folder: string, steps: readonly number[]): Promise<void> {
  const last = Math.max(...steps);
  const training = Array.from({ length: last }, (_, index) => {
    const step = index + 1;
    return {
      epoch: step / STEPS_PER_EPOCH,
      grad_norm: 1,
      learning_rate: 1e-3 / step,
      loss: lossAt(step),
      step,
    };
  });
  const evaluations = steps.map((step) => ({
    epoch: step / STEPS_PER_EPOCH,
    eval_accuracy: accuracyAt(step),
    eval_loss: lossAt(step),
    step,
  }));
  const summary = {
    epoch: last / STEPS_PER_EPOCH,
    step: last,
    total_flos: 1,
    train_loss: 1,
    train_runtime: 1,
  };
  await writeJson(join(folder, 'trainer_state.json'), {
    epoch: last / STEPS_PER_EPOCH,
    global_step: last,
    log_history: [...training, ...evaluations, summary],
    logging_steps: 1,
  });
  const rows = training.map(({ loss, learning_rate, epoch }) => `${loss},${learning_rate},${epoch}\n`);
  await writeFile(join(folder, 'log.csv'), rows.join(''));
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** mulberry32: numbers in [0, 1) that only depend on `seed`. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
