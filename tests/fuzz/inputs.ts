/** The input of a number. */
import { mutate } from './mutate.ts';
import { openRandom } from './random.ts';
import type { OpenTarget } from './target.ts';

/** Which input is meant. */
export interface InputName {
  readonly seed: number;
  readonly target: string;
  readonly index: number;
}

/** Makes an input: the same name gives the same bytes. The first ones are the valid inputs themselves. */
export function makeInput(target: OpenTarget, { seed, target: name, index }: InputName): Uint8Array {
  const { seeds, pack, insides, insideKind, kind, words } = target;
  const valid = seeds[index];
  if (valid !== undefined) return valid;
  const random = openRandom(`${seed}/${name}/${index}`);
  if (pack === undefined || insides === undefined || random.chance(0.4)) return mutate(target, random);
  return pack(mutate({ seeds: insides, kind: insideKind ?? kind, words }, random));
}
