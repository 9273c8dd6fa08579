/** What each command of the table does. */
import { join, resolve } from 'node:path';
import { readUnchanged } from '../artifacts/input-files.ts';
import { countBytes } from '../artifacts/rendering-folder.ts';
import { downloadCifar10 } from '../dataset/index.ts';
import { makeError } from '../errors.ts';
import { PACK_FILES, PACK_FOLDER, packResults, writePack } from '../packed/index.ts';
import { computeResults, renderRun } from '../pipeline.ts';
import { withProgress } from '../progress.ts';
import { resultVersions } from '../stages/context.ts';
import type { ParsedArguments } from './arguments.ts';
import type { COMMANDS, OptionTable } from './commands.ts';
import { compareRun, describeComparison, summariseComparison } from './compare.ts';
import type { CommandEnvironment } from './environment.ts';
import { describeInspection, summariseInspection } from './inspect/describe.ts';
import { inspectRun } from './inspect/inspection.ts';
import { fillOutputFolder, openOutputFolder } from './output-folder.ts';
import type { DownloadResult, PackResult, RenderResult } from './results.ts';
import { locateRun, openTypedRun } from './run-location.ts';
import { formatBytes, formatCount, formatTable } from './text.ts';

/** What a command has to say when it is done. */
export interface CommandOutcome {
  /** For people, on stdout. */
  readonly lines: readonly string[];
  /** For `--json`; as the command's `result` in the table says. */
  readonly json: object;
  /** Whether the run that was looked at can't be used: exit code 1. @default false */
  readonly hasProblems?: boolean;
}

/**
 * Does what a command of the table is for.
 * @throws UsageError | EmbeddingAnimationError
 */
export type CommandWork<Options extends OptionTable> = (
  given: ParsedArguments<Options>,
  environment: CommandEnvironment,
) => Promise<CommandOutcome>;

/** `render`: pictures, GIF and JSON of a run, without a site. */
export const render: CommandWork<typeof COMMANDS.render.options> = async (given, environment) => {
  const { out = '', force = false } = given.values; // required: the table says so
  const path = resolve(environment.workingFolder, out);
  const output = await openOutputFolder(path, out, force);
  const { source, context, prune } = await openTypedRun(given, environment);
  const { folder, contents } = await renderRun(source, context);
  environment.signal.throwIfAborted();
  const files = contents.files.map(({ name }) => name);
  const digests = new Map(contents.files.map(({ name, sha256 }) => [name, sha256]));
  await fillOutputFolder(output, folder, files, digests);
  await prune();
  const bytes = countBytes(contents);
  const maps = contents.rendered.maps.map(({ name, projection, json, variants: [variant] }) => ({
    ...{ name, projection, json, gif: variant!.gif }, // the schema asks for one
    bytes: variant!.gifBytes,
  }));
  const named = maps.map(({ name, gif, bytes: size }) => [`  ${name}`, join(out, gif), formatBytes(size)]);
  return {
    lines: [
      `${out}: ${formatCount(files.length, 'file')}, ${formatBytes(bytes)}`,
      ...(maps.length === 1 ? [] : formatTable(named)),
    ],
    json: {
      run: source.id,
      title: source.file.title,
      out,
      files,
      bytes,
      maps: maps.map(({ bytes: _, ...map }) => map),
    } satisfies RenderResult,
  };
};

/** `pack`: what a host needs to build without the weights, into the run's folder. */
export const pack: CommandWork<typeof COMMANDS.pack.options> = async (given, environment) => {
  const { source, context, prune } = await openTypedRun(given, environment);
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

/** `compare`: how far each map of a run can be trusted. */
export const compare: CommandWork<typeof COMMANDS.compare.options> = async (given, environment) => {
  const { source, context, prune } = await openTypedRun(given, environment);
  const comparison = await compareRun(source, context);
  environment.signal.throwIfAborted();
  await prune();
  return {
    lines: describeComparison(comparison, environment.columns),
    json: summariseComparison(comparison),
  };
};

/** `inspect`: what is there of a run, what a build would compute, and how long it would take. */
export const inspect: CommandWork<typeof COMMANDS.inspect.options> = async (given, environment) => {
  const inspection = await inspectRun(await locateRun(given, environment), given.values);
  environment.signal.throwIfAborted();
  return {
    lines: describeInspection(inspection, environment.columns),
    json: summariseInspection(inspection),
    hasProblems: !inspection.isUsable,
  };
};

/** `download`: public data sets, checked. CIFAR-10 is the only choice that the table has. */
export const download: CommandWork<typeof COMMANDS.download.options> = async (
  { values, positionals },
  { workingFolder, progress, signal },
) => {
  const dataset = positionals[0]!;
  const folder = resolve(workingFolder, values.to ?? '.');
  const json = await withProgress(`${dataset}: downloading`, 'bytes', progress, async (onProgress) => {
    const { path, fetched } = await downloadCifar10({ folder, signal, onProgress });
    const line = fetched === 0 ? 'was there already' : `downloaded ${formatBytes(fetched)}`;
    const result: DownloadResult = { dataset, path, downloaded: fetched };
    return { result, line: `${dataset}: ${line}` };
  });
  return { lines: [json.path], json };
};
