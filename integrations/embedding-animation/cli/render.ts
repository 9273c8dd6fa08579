/** `render`: pictures, GIF and JSON of a run, without a site. */
import { resolve } from 'node:path';
import { countBytes } from '../artifacts/rendered-folder.ts';
import { renderRun } from '../pipeline.ts';
import type { CommandWork } from './help.ts';
import type { COMMANDS } from './commands.ts';
import { fillOutputFolder, openOutputFolder } from './output-folder.ts';
import type { RenderResult } from './results.ts';
import { formatBytes, formatCount } from './text.ts';
import { openWorkspace } from './run-location.ts';

/** Does `render`. */
export const render: CommandWork<typeof COMMANDS.render.options> = async (given, environment) => {
  const { out = '', force = false } = given.values; // required: the table says so
  const path = resolve(environment.workingFolder, out);
  const output = await openOutputFolder(path, out, force);
  const { source, context, prune } = await openWorkspace(given, environment);
  const { folder, finished } = await renderRun(source, context);
  environment.signal.throwIfAborted();
  const files = finished.files.map(({ name }) => name);
  const digests = new Map(finished.files.map(({ name, sha256 }) => [name, sha256]));
  await fillOutputFolder(output, folder, files, digests);
  await prune();
  const bytes = countBytes(finished);
  return {
    lines: [`${out}: ${formatCount(files.length, 'file')}, ${formatBytes(bytes)}`],
    json: { run: source.id, title: source.file.title, out, files, bytes } satisfies RenderResult,
  };
};
