/** What the parent and its processes tell each other. */

/** Inputs of one reader, by their numbers. */
export interface Unit {
  readonly target: string;
  readonly first: number;
  readonly count: number;
}

/** What a process is told. */
export interface ChildTask {
  readonly seed: number;
  /** Where it works, and where its notes lie. */
  readonly folder: string;
  readonly units: readonly Unit[];
}

/** Something that a reader should not do. */
export interface Finding {
  readonly target: string;
  /** Number of the input: with the seed it makes the input again. */
  readonly index: number;
  /**
   * `untyped`: it threw an error that is none of the catalogue's; `rejection`: a promise that nobody awaits failed;
   * `memory`: it took memory that a file of this size has no use for; `hang`: it did not end; `crash`: the process
   * did.
   */
  readonly kind: 'untyped' | 'rejection' | 'memory' | 'hang' | 'crash';
  readonly said: string;
  /** Place in the package, where it is known. */
  readonly where: string;
  /** The input in base64, as small as it was made. */
  readonly bytes: string;
}

/** Names of a process's files, and how it ends when it has grown too large to be measured. */
export const FILES = { progress: 'progress', findings: 'findings.jsonl', outgrown: 64 } as const;

/** In the place of an input's number: the reader is being opened. */
export const OPENING = 0xffff_ffff;
