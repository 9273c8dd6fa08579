/** `render`: pictures, GIF and JSON of a run, without a site. */
import { resolve } from 'node:path';
import { readFinished } from '../artifacts/rendered-folder.ts';
import { EmbeddingAnimationError } from '../errors.ts';
import { renderedFolder, renderRun } from '../pipeline.ts';
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
    await renderRun(source, context);
    const rendered = renderedFolder(source, context.outputFolder);
    const finished = await readFinished(rendered);
    if (finished === undefined) throw lostFiles(source.id);
    environment.signal.throwIfAborted();
    const names = finished.files.map(({ name }) => name);
    await fillOutputFolder(output, rendered, names);
    const bytes = finished.files.reduce((sum, file) => sum + file.bytes, 0);
    await prune();
    environment.print(`${values.out}: ${formatCount(names.length, 'file')}, ${formatBytes(bytes)}`);
  },
};

function lostFiles(run: string): EmbeddingAnimationError {
  return new EmbeddingAnimationError('ArtifactsInvalid', {
    run,
    problem: 'its finished files left the cache before they were copied',
    hint: 'Run the command again, and make sure that nothing empties the cache folder meanwhile.',
  });
}
