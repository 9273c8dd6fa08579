/** Which folders of a run are its checkpoints. */
import { z } from 'zod';

const RELATIVE =
  'must be a folder in the run, such as "epoch_*" or "run-0/checkpoint-100"; "." is the run itself';

/** `a`, `a/b` or `.`: no way out of the run's folder, and no other sign than `*` that stands for something. */
const folder = z
  .string()
  .min(1)
  .refine((path) => path === '.' || isBelow(path), RELATIVE)
  .refine((path) => !path.includes('**'), '"**" is no pattern here: "*" stands for any part of one name');

const exactFolder = folder.refine(
  (path) => !path.includes('*'),
  'with a "step" it must be one folder, without "*"',
);

const entry = z.union([
  folder,
  z.strictObject({
    /** One folder below the run's, such as `base`; `.` is the run's own. */
    folder: exactFolder,
    /** Global step of the model in it; 0 is the model before its training. */
    step: z.int().min(0),
  }),
]);

/** A pattern, or a list of patterns and of folders with their steps. */
export const checkpointsSchema = z.union([folder, z.array(entry).min(1)]);

/** What `checkpoints` in run.yaml may say. */
export type CheckpointsOption = z.output<typeof checkpointsSchema>;

function isBelow(path: string): boolean {
  return !path.includes('\\') && path.split('/').every((name) => !['', '.', '..'].includes(name));
}
