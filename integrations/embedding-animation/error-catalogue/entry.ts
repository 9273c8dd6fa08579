/** What the catalogue knows of an error. */

/** One case of an error: its texts, made from the facts of what happened. */
export interface ErrorCase<Facts> {
  /** What is wrong, as a sentence without its place: the place is put in front of it. */
  readonly problem: (facts: Facts) => string;
  /** What to do about it, where it is not what the entry says. */
  readonly hint?: ((facts: Facts) => string) | undefined;
}

/** All that is known of the errors of one name. Title, meaning and remedy are Markdown, for the documentation. */
export interface ErrorEntry {
  /** What went wrong, in a few words, as a heading. */
  readonly title: string;
  /** What the error means: what was asked for, and why it can't be. */
  readonly meaning: string;
  /** What to do, the likeliest remedy first. */
  readonly remedy: string;
  /** What is printed under the message in all cases that say nothing else. */
  readonly hint?: string;
  readonly cases: Readonly<Record<string, ErrorCase<never>>>;
}

/** A case whose texts are made from facts; without `hint` the entry's is printed. */
export function when<Facts>(
  problem: (facts: Facts) => string,
  hint?: (facts: Facts) => string,
): ErrorCase<Facts> {
  return { problem, hint };
}

/** A case whose texts are always the same. */
export function always(problem: string, hint?: string): ErrorCase<undefined> {
  return { problem: () => problem, hint: hint === undefined ? undefined : () => hint };
}

/** What a file system said when it refused a file. */
export interface RefusedFile {
  /** Such as `EACCES`. */
  readonly code: string;
}

/** What is wrong with a file that the file system refuses. */
export const refusedText = ({ code }: RefusedFile): string => `it can not be read (${code})`;

/** Cases of any file that is read; which error they are depends on the file. */
export const sharedCases = {
  unreadable: always('can not be read'),
  notAFile: when<{ kind: string }>(
    ({ kind }) => `this is ${kind}, not a file`,
    () => 'Put the file itself here, or a link to it.',
  ),
  wrongKeys: when(({ said }: { said: string }) => said),
  jsonTooLarge: when(
    ({ bytes, most }: { bytes: number; most: number }) =>
      `has ${bytes} bytes, and JSON of more than ${most} is not read`,
  ),
  notJson: when(({ reason }: { reason: string }) => `is not JSON (${reason})`),
  lfsPointer: always(
    'the file is a Git LFS pointer: its content has not been fetched',
    'Run "git lfs pull" in the repository that it comes from.',
  ),
};

/** What to do about a file, for those where it is neither what the case says nor what the entry of the error does. */
export const fileHints = {
  config: 'Copy config.json again from where the model was trained.',
  configOfTrainer: 'A checkpoint holds the config.json that the Trainer wrote: copy it again.',
  shardIndex: 'Copy the file again from where the model was trained.',
  iconSet: 'Name a package in Iconify\'s JSON layout, such as "@iconify-json/twemoji".',
} as const;
