/** The runs of a project and their `run.yaml`. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { exists, readRegularFile } from '../files.ts';
import { completeRunFile, parseOptions, runFileSchema, type RunFile } from '../options/index.ts';
import { slugOf } from '../names.ts';
import { keepClassNames } from './class-names-in-yaml.ts';

/** A run's id, which is its folder's name, and where it lies. */
export interface RunFolder {
  readonly run: string;
  readonly folder: string;
}

const RUN_FILE = 'run.yaml';
/** Control characters, and halves of characters. */
const UNREADABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * Lists the folders in `runsFolder` that hold a `run.yaml`, by id: the folder's name in composed characters, which is
 * how names are typed, whatever the file system makes of them. Folders whose name starts with a dot are left out.
 * @throws EmbeddingAnimationError `RunsFolderMissing`; `RunFileInvalid` for a name with control characters, and for
 * two whose files would have the same addresses
 */
export async function findRuns(runsFolder: string): Promise<RunFolder[]> {
  const names = await readdir(runsFolder).catch((cause: unknown) => {
    throw makeError('RunsFolderMissing', 'missing', undefined, { file: basename(runsFolder), cause });
  });
  const runs: RunFolder[] = [];
  for (const name of names.sort()) {
    const folder = join(runsFolder, name);
    if (name.startsWith('.') || !(await exists(join(folder, RUN_FILE)))) continue;
    if (UNREADABLE.test(name)) throw unreadableId(name);
    const run = name.normalize();
    const other = runs.find((found) => slugOf(found.run) === slugOf(run));
    if (other !== undefined) throw sameAddress(run, other.run);
    runs.push({ run, folder });
  }
  return runs;
}

/**
 * Reads the `run.yaml` at `file`. A run without a title is called like its folder.
 * @throws EmbeddingAnimationError `RunFileInvalid` with the line of a syntax error, or each key that is wrong
 */
export async function readRunFile(run: string, file: string): Promise<RunFile> {
  const place = { run, file: basename(file) };
  const bytes = await readRegularFile(file).catch((cause: unknown) => {
    throw makeError('RunFileInvalid', 'unreadable', undefined, { ...place, cause });
  });
  const said = parseOptions(runFileSchema, parseYaml(bytes.toString('utf8'), place), 'RunFileInvalid', place);
  return completeRunFile(said, run);
}

function parseYaml(text: string, place: { readonly run: string; readonly file: string }): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const [said = error.message] = error.message.split(/ at line \d+|\n/, 1);
    const origin = { ...place, cause: error };
    throw line === undefined
      ? makeError('RunFileInvalid', 'notYaml', { said }, origin)
      : makeError('RunFileInvalid', 'wrongLine', { line, said }, origin);
  }
  try {
    keepClassNames(document);
    return document.toJS();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw makeError('RunFileInvalid', 'notYaml', { said }, { ...place, cause });
  }
}

function unreadableId(name: string): EmbeddingAnimationError {
  const run = JSON.stringify(name).slice(1, -1);
  return makeError('RunFileInvalid', 'unseenCharacters', undefined, { run });
}

function sameAddress(run: string, other: string): EmbeddingAnimationError {
  return run === other
    ? makeError('RunFileInvalid', 'sameName', undefined, { run })
    : makeError('RunFileInvalid', 'sameAddress', { other }, { run });
}
