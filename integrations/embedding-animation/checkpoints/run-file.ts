/** The runs of a project and their `run.yaml`. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  type Document,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { exists, readRegularFile } from '../files.ts';
import { completeRunFile, parseOptions, runFileSchema, type RunFile } from '../options/index.ts';
import { slugOf } from '../run-ids.ts';

/** A run's id, which is its folder's name, and where it lies. */
export interface RunFolder {
  readonly run: string;
  readonly folder: string;
}

/** Describes a run, in its folder. */
export const RUN_FILE = 'run.yaml';

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

// --- names of classes are text, whatever YAML would take them for

/**
 * Turns names of classes such as `1`, `01`, `on` or `null` into the text that was written, and the mapping
 * `dataset.classes` into a list: an object would put names that are numbers first.
 */
function keepClassNames(document: Document): void {
  const classes = resolveNode(document, ['dataset', 'classes']);
  if (isSeq(classes)) {
    classes.items.forEach((item, index) => {
      if (isScalar(item)) classes.items[index] = textOf(item);
      else if (isMap(item) && item.items.length === 1) {
        classes.items[index] = document.createNode(describeClass(item.items[0]!)); // `- truck: トラック`
      }
    });
  } else if (isMap(classes) && classes.items.length > 0) {
    document.setIn(['dataset', 'classes'], document.createNode(classes.items.map(describeClass)));
  }
  keepKeys(resolveNode(document, ['animation', 'palette']));
  for (const theme of ['light', 'dark']) keepKeys(resolveNode(document, ['animation', 'palette', theme]));
}

function describeClass({ key, value }: Pair): unknown {
  const name = textOf(key);
  const isShownAsItIs = value === null || (isScalar(value) && value.value === null);
  return isShownAsItIs ? name : { name, displayName: textOf(value) };
}

function keepKeys(node: unknown): void {
  if (!isMap(node)) return;
  const map: YAMLMap = node;
  for (const pair of map.items) pair.key = textOf(pair.key);
}

/** The node at `path`, or what it stands for where it is an alias. */
function resolveNode(document: Document, path: readonly string[]): unknown {
  if (path.length > 1 && !document.hasIn(path.slice(0, -1))) return undefined;
  const node = document.getIn(path, true);
  return isAlias(node) ? node.resolve(document) : node;
}

function textOf(node: unknown): unknown {
  if (!isScalar(node) || typeof node.value === 'string') return node;
  return new Scalar(node.source ?? String(node.value));
}
