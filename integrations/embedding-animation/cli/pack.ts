/** `pack`: what a host needs to build without the weights, into the run's folder. */
import { join } from 'node:path';
import { computeResults } from '../pipeline.ts';
import { EmbeddingAnimationError } from '../errors.ts';
import { PACK_FILES, PACK_FOLDER, packResults, writePack } from '../packed/index.ts';
import { resultVersions } from '../stages/versions.ts';
import { COMMON_OPTIONS, parseArguments, type OptionTable } from './arguments.ts';
import type { Command } from './command.ts';
import { formatBytes, formatTable } from './table.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from './workspace.ts';

const OPTIONS = { ...WORKSPACE_OPTIONS, ...COMMON_OPTIONS } as const satisfies OptionTable;

/** The command `pack`. */
export const pack: Command = {
  name: 'pack',
  summary: 'Keep what a host needs to build without the weights.',
  usage: '<run folder>',
  description: `Computes the run's results, or takes them from the cache, and writes them into the folder "packed" of
the run: coordinates and scores in 16 bits, thumbnails of the strongest outliers, losses, names and
provenance. Commit the folder: where a run's checkpoints have no weights, a build reads it instead.`,
  options: OPTIONS,
  async run(argv, environment) {
    const { values, positionals } = parseArguments(argv, OPTIONS, ['run folder']);
    const { source, context, prune } = await openWorkspace(positionals[0]!, values, environment);
    if (source.packed !== undefined) throw nothingToPack(source.id);
    const results = await computeResults(source, context);
    const files = await packResults({ ...source, versions: resultVersions }, results);
    environment.signal.throwIfAborted();
    await writePack(join(source.folder, PACK_FOLDER), files);
    await prune();
    const sizes = [files.description, files.points, files.thumbnails].map(({ length }) => length);
    const names = [PACK_FILES.description, PACK_FILES.points, PACK_FILES.thumbnails];
    const rows = names.map((name, index) => [`${PACK_FOLDER}/${name}`, formatBytes(sizes[index]!)]);
    for (const line of formatTable(rows)) environment.print(line);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const each = total / (results.frames.length * source.dataset.items.length);
    environment.print(`${formatBytes(total)} in all, ${each.toFixed(2)} bytes per point and frame`);
  },
};

function nothingToPack(run: string): EmbeddingAnimationError {
  return new EmbeddingAnimationError('CheckpointInvalid', {
    run,
    problem: 'there is nothing to pack: its checkpoints have no weights, and its pack is all there is',
    hint: 'Run the command where the checkpoints are.',
  });
}
