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

/** Cases of any file that is read; which error they are depends on the file. */
export const sharedCases = {
  unreadable: always('can not be read'),
  notJson: when(({ reason }: { reason: string }) => `is not JSON (${reason})`),
  lfsPointer: always(
    'the file is a Git LFS pointer: its content has not been fetched',
    'Run "git lfs pull" in the repository that it comes from.',
  ),
};
