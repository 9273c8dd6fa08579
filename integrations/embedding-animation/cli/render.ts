/** `render`: pictures, GIF and JSON of a run, without a site. */
import { resolve } from 'node:path';
import { countBytes } from '../artifacts/rendered-folder.ts';
import { renderRun } from '../pipeline.ts';
import { COMMON_OPTIONS, parseArguments, UsageError, type OptionTable } from './arguments.ts';
import type { Command } from './command.ts';
import { fillOutputFolder, openOutputFolder } from './output-folder.ts';
import { formatBytes, formatCount } from './table.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from './workspace.ts';

const OPTIONS = {
  out: { type: 'string', value: '<folder>', help: 'Where the files go. Required.' },
  force: { type: 'boolean', help: 'Write into a folder that holds other files; they stay.' },
  ...WORKSPACE_OPTIONS,
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

/** The command `render`. */
export const render: Command = {
  name: 'render',
  summary: 'Make PNGs, GIF and JSON of a run.',
  usage: '<run folder> --out <folder>',
  description: `Embeds, analyses and draws the run in a Trainer's output folder as a build of a site does, and
writes the files it would publish. What is in the cache is not made again. A folder that an
earlier render wrote is brought up to date; files of others in it stay.`,
  options: OPTIONS,
  async run(argv, environment) {
    const { values, positionals } = parseArguments(argv, OPTIONS, ['run folder']);
    if (values.out === undefined || values.out === '') throw new UsageError('--out <folder> is missing');
    const path = resolve(environment.workingFolder, values.out);
    const output = await openOutputFolder(path, values.out, values.force === true);
    const { source, context, prune } = await openWorkspace(positionals[0]!, values, environment);
    const { folder, finished } = await renderRun(source, context);
    environment.signal.throwIfAborted();
    const names = finished.files.map(({ name }) => name);
    await fillOutputFolder(output, folder, names);
    await prune();
    environment.print(
      `${values.out}: ${formatCount(names.length, 'file')}, ${formatBytes(countBytes(finished))}`,
    );
  },
};
