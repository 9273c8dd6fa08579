/**
 * A run of many tiny checkpoints as a Trainer leaves it that logs every step: each checkpoint has the whole log up to
 * it, so that the logs together grow with the square of the number of checkpoints.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRun } from '../../tests/helpers/make-run.ts';
import { seededUniform } from '../inputs/random.ts';

/** What a long run may be told. */
export interface LongRun {
  readonly checkpoints: number;
  /** Names in `id2label`. @default 10 */
  readonly classes?: number;
  /** Side of the pictures in px. @default 320 */
  readonly side?: number;
}

/** Writes the run to `folder`, which is made. */
export async function makeLongRun(
  folder: string,
  { checkpoints, classes = 10, side = 320 }: LongRun,
): Promise<void> {
  const steps = Array.from({ length: checkpoints }, (_, index) => index + 1);
  const classNames = Array.from({ length: classes }, (_, index) => `class ${index}`);
  await mkdir(folder, { recursive: true });
  await makeRun(folder, { steps, classNames, imagesPerClass: Math.max(2, Math.ceil(20 / classes)) });
  const random = seededUniform(11);
  const rows: string[] = [];
  for (const step of steps) {
    rows.push(
      formatRow({
        epoch: step / 50,
        grad_norm: 1 + random(),
        learning_rate: 1e-3 / step,
        loss: 2 / step + random(),
        step,
      }),
    );
    rows.push(
      formatRow({
        epoch: step / 50,
        eval_accuracy: random(),
        eval_loss: 1 + random(),
        eval_runtime: random(),
        eval_samples_per_second: 100 * random(),
        step,
      }),
    );
    await writeFile(join(folder, `checkpoint-${step}`, 'trainer_state.json'), formatState(step, rows));
  }
  await writeFile(
    join(folder, 'run.yaml'),
    `title: A long run\ndataset: { type: image-folder, path: images }\nanimation: { width: ${side}, height: ${side} }\n`,
  );
}

/** As `json.dumps(…, indent=2, sort_keys=True)` writes it. */
function formatState(step: number, rows: readonly string[]): string {
  return (
    `{\n  "best_metric": null,\n  "epoch": ${step / 50},\n  "global_step": ${step},\n  "log_history": [\n` +
    `${rows.join(',\n')}\n  ],\n  "logging_steps": 1,\n  "max_steps": 100000\n}\n`
  );
}

function formatRow(row: Readonly<Record<string, number>>): string {
  const lines = Object.entries(row).map(([key, value]) => `      ${JSON.stringify(key)}: ${value}`);
  return `    {\n${lines.join(',\n')}\n    }`;
}
