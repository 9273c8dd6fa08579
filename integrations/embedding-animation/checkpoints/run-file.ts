/** The runs of a project and their `run.yaml`. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { EmbeddingAnimationError } from '../errors.ts';
import { exists } from '../files.ts';
import { completeRunFile, parseOptions, runFileSchema, type RunFile } from '../options/index.ts';
import { slugOf } from '../run-slug.ts';
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
    throw new EmbeddingAnimationError('RunsFolderMissing', {
      file: basename(runsFolder),
      problem: 'the folder of runs does not exist',
      hint: 'Make the folder and put a run into it, or set the option "runs" to where your runs are.',
      cause,
    });
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
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const hint = 'Write a run.yaml with a dataset beside the checkpoints.';
    throw new EmbeddingAnimationError('RunFileInvalid', {
      ...place,
      problem: 'the file can not be read',
      hint,
      cause,
    });
  });
  const hint = 'The documentation of run.yaml lists every key; unknown keys are errors.';
  const said = parseOptions(runFileSchema, parseYaml(text, place), 'RunFileInvalid', { ...place, hint });
  return completeRunFile(said, run);
}

function parseYaml(text: string, place: { readonly run: string; readonly file: string }): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = [...document.errors, ...document.warnings];
  const hint = 'Mend the line; text with a colon or a leading @, * or & goes in quotes.';
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const [reason = error.message] = error.message.split(/ at line \d+|\n/, 1);
    const problem = line === undefined ? reason : `line ${line}: ${reason}`;
    throw new EmbeddingAnimationError('RunFileInvalid', { ...place, problem, hint, cause: error });
  }
  try {
    keepClassNames(document);
    return document.toJS();
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddingAnimationError('RunFileInvalid', { ...place, problem, hint, cause });
  }
}

function unreadableId(name: string): EmbeddingAnimationError {
  return new EmbeddingAnimationError('RunFileInvalid', {
    run: JSON.stringify(name).slice(1, -1),
    problem: "the folder's name has characters that can't be seen, such as a line break",
    hint: 'Rename the folder. Letters and signs of any language may stand in its name, and blanks too.',
  });
}

function sameAddress(run: string, other: string): EmbeddingAnimationError {
  return new EmbeddingAnimationError('RunFileInvalid', {
    run,
    problem:
      run === other
        ? 'two folders have this name: one with composed, one with combining characters'
        : `its files would have the same addresses as those of "${other}"`,
    hint: 'Rename one of the folders.',
  });
}
