/** A run's description: its run.yaml, or what stands in for one on the command line. */
import { join, relative, resolve } from 'node:path';
import { readRunFile } from '../checkpoints/index.ts';
import { EmbeddingAnimationError } from '../errors.ts';
import { exists } from '../files.ts';
import { completeRunFile, runFileSchema, type RunFile } from '../options/index.ts';
import { readPackDescription } from '../packed/index.ts';
import type { OptionTable, OptionValues } from './arguments.ts';

const RUN_FILE = 'run.yaml';

/** Options that stand in for keys of run.yaml. */
export const RUN_FILE_OPTIONS = {
  title: {
    type: 'string',
    value: '<text>',
    help: 'Title of the animation, in the place of the one in run.yaml.',
  },
  images: {
    type: 'string',
    value: '<folder>',
    help: 'Evaluation set: a folder of <class>/<image>, in the place of the data set in run.yaml.',
  },
} as const satisfies OptionTable;

/**
 * Reads the run.yaml in `folder` and puts what was given in its place. A folder without one needs a title, and
 * images unless it has been packed.
 * @throws EmbeddingAnimationError `RunFileInvalid`
 */
export async function describeRunFile(
  run: string,
  folder: string,
  { title, images }: OptionValues<typeof RUN_FILE_OPTIONS>,
  workingFolder: string,
): Promise<RunFile> {
  const given = {
    ...(title !== undefined && { title }),
    ...(images !== undefined && {
      dataset: { type: 'image-folder', path: relative(folder, resolve(workingFolder, images)) || '.' },
    }),
  };
  const path = join(folder, RUN_FILE);
  const base = (await exists(path))
    ? await readRunFile(run, path)
    : (await readPackDescription(folder))?.options;
  const parsed = runFileSchema.safeParse({ ...base, ...given });
  if (parsed.success) return completeRunFile(parsed.data, run);
  throw new EmbeddingAnimationError('RunFileInvalid', {
    run,
    file: RUN_FILE,
    problem: `the run has no ${RUN_FILE}, and not all that it would say was given`,
    hint: `Write a ${RUN_FILE} with a title and a dataset beside the checkpoints, or give --title and --images.`,
    cause: parsed.error,
  });
}
