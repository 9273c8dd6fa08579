/** The runs of a project and their `run.yaml`. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { EmbeddingAnimationError } from '../errors.ts';
import { exists } from '../files.ts';
import { parseOptions, runFileSchema, type RunFile } from '../options/index.ts';

/** A run's id, which is also its folder's name, and where it lies. */
export interface RunFolder {
  readonly run: string;
  readonly folder: string;
}

const RUN_FILE = 'run.yaml';
/** A run's id becomes part of URLs. */
const RUN_ID = /^[A-Za-z0-9._-]+$/;

/**
 * Lists the folders in `runsFolder` that hold a `run.yaml`, by id. Folders whose name starts with a dot are left out.
 * @throws EmbeddingAnimationError `RunsFolderMissing`; `RunFileInvalid` for a name that URLs can't hold as it is
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
  for (const run of names.sort()) {
    const folder = join(runsFolder, run);
    if (run.startsWith('.') || !(await exists(join(folder, RUN_FILE)))) continue;
    if (!RUN_ID.test(run)) throw unsafeId(run);
    runs.push({ run, folder });
  }
  return runs;
}

/**
 * Reads the `run.yaml` at `file`.
 * @throws EmbeddingAnimationError `RunFileInvalid` with the line of a syntax error, or each key that is wrong
 */
export async function readRunFile(run: string, file: string): Promise<RunFile> {
  const place = { run, file: basename(file) };
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const hint = 'Write a run.yaml with a title and a dataset beside the checkpoints.';
    throw new EmbeddingAnimationError('RunFileInvalid', {
      ...place,
      problem: 'the file can not be read',
      hint,
      cause,
    });
  });
  const hint = 'The documentation of run.yaml lists every key; unknown keys are errors.';
  return parseOptions(runFileSchema, parseYaml(text, place), 'RunFileInvalid', { ...place, hint });
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
    return document.toJS();
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddingAnimationError('RunFileInvalid', { ...place, problem, hint, cause });
  }
}

function unsafeId(run: string): EmbeddingAnimationError {
  return new EmbeddingAnimationError('RunFileInvalid', {
    run,
    problem: "the folder's name would not be the same in a URL",
    hint: 'Rename the folder: letters A-Z a-z, digits, dot, underscore and hyphen only.',
  });
}
