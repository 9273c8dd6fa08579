/** `pack`: what a host needs to build without the weights, into the run's folder. */
import { join } from 'node:path';
import { readUnchanged } from '../artifacts/input-files.ts';
import { computeResults } from '../pipeline.ts';
import { makeError } from '../errors.ts';
import { PACK_FILES, PACK_FOLDER, packResults, writePack } from '../packed/index.ts';
import { resultVersions } from '../stages/versions.ts';
import type { CommandWork } from './help.ts';
import type { COMMANDS } from './commands.ts';
import type { PackResult } from './results.ts';
import { formatBytes, formatTable } from './text.ts';
import { openWorkspace } from './run-location.ts';

/** Does `pack`. */
export const pack: CommandWork<typeof COMMANDS.pack.options> = async (given, environment) => {
  const { source, context, prune } = await openWorkspace(given, environment);
  if (source.packed !== undefined)
    throw makeError('CheckpointInvalid', 'nothingToPack', undefined, { run: source.id });
  const results = await computeResults(source, context);
  const packed = await readUnchanged(source.inputs?.images, { run: source.id }, async (verify) => {
    const made = await packResults({ ...source, versions: resultVersions }, results);
    await verify(); // thumbnails were decoded from the images
    return made;
  });
  environment.signal.throwIfAborted();
  await writePack(join(source.folder, PACK_FOLDER), packed, source.id);
  await prune();
  const kinds = ['description', 'points', 'thumbnails'] as const;
  const files = kinds.map((kind) => ({ name: PACK_FILES[kind], bytes: packed[kind].length }));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const each = bytes / (results.frames.length * source.dataset.items.length);
  return {
    lines: [
      ...formatTable(files.map((file) => [`${PACK_FOLDER}/${file.name}`, formatBytes(file.bytes)])),
      `${formatBytes(bytes)} in all, ${each.toFixed(2)} bytes per point and frame`,
    ],
    json: {
      run: source.id,
      folder: PACK_FOLDER,
      files,
      bytes,
      bytesPerPointAndFrame: each,
    } satisfies PackResult,
  };
};
