/** What is fuzzed: a reader of bytes that others wrote. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutable } from './mutate.ts';

/** A reader, opened in a folder of its own. */
export interface OpenTarget extends Mutable {
  /**
   * Puts a damaged inside back into its packing, such as a checksum or a compressed stream: without it most damage
   * is refused at the door. Asked for half of the inputs.
   * @param inside a damaged one of `insides`
   */
  readonly pack?: ((inside: Uint8Array) => Uint8Array) | undefined;
  /** Valid insides. */
  readonly insides?: readonly Uint8Array[] | undefined;
  /** How insides are damaged. @default `kind` */
  readonly insideKind?: Mutable['kind'] | undefined;
  /** Reads an input. What it throws should be an `EmbeddingAnimationError`. */
  read(bytes: Uint8Array): Promise<unknown>;
}

/** A reader to be fuzzed. */
export interface FuzzTarget {
  readonly name: string;
  /** How many of the inputs are its, relative to the others. @default 1 */
  readonly weight?: number;
  /** @param folder empty, and the target's own */
  open(folder: string): Promise<OpenTarget>;
}

/** A reader of one file: each input is written to `name` in the target's folder. */
export function readsFile(
  folder: string,
  name: string,
  read: (path: string) => Promise<unknown>,
): (bytes: Uint8Array) => Promise<unknown> {
  const path = join(folder, name);
  return (bytes) => {
    writeFileSync(path, bytes);
    return read(path);
  };
}
