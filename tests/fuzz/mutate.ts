/** Damaged inputs from valid ones. */
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';

/** What decides how inputs are damaged. */
export interface Mutable {
  /** Valid inputs. */
  readonly seeds: readonly Uint8Array[];
  /** `json` and `text` are also damaged as what they are. */
  readonly kind: 'bytes' | 'text' | 'json';
  /** Words that mean something to the reader. */
  readonly words?: readonly string[] | undefined;
}

const LONGEST_BYTES = 1 << 20;
const NASTY = [
  ...[0, 1, -1, 2, 7, 8, 15, 16, 31, 63, 64, 127, 128, 255, 256, 1023, 4096, 32_767, 32_768, 65_535, 65_536],
  ...[2 ** 24, 2 ** 27, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 53, 2 ** 63],
];
const NASTY_TEXTS = [
  ...[
    '0',
    '-1',
    '1e999',
    '-1e999',
    '1e-999',
    'NaN',
    'Infinity',
    '-Infinity',
    'null',
    'true',
    '[]',
    '{}',
    '""',
  ],
  ...[
    '2147483648',
    '4294967296',
    '9007199254740993',
    '18446744073709551616',
    '0x10',
    '١',
    '1_000',
    "'",
    '"',
    ',',
  ],
  ...[
    '\n',
    '\r\n',
    '\0',
    '\ufeff',
    '\ud83d',
    '../../x',
    '*',
    '&a [*a,*a]',
    '- ',
    ': ',
    '# ',
    '|\n',
    '!!',
    '---\n',
  ],
];

/** A damaged input: some of the seeds' bytes changed, one to eight times. */
export function mutate({ seeds, kind, words = [] }: Mutable, random: Random): Uint8Array {
  let bytes = random.pick(seeds);
  if (kind === 'json' && random.chance(0.6)) bytes = mutateJson(bytes, words, random);
  if (kind === 'json' && random.chance(0.5)) return bytes;
  const times = 1 + random.below(random.pick([1, 2, 4, 8]));
  for (let i = 0; i < times; i++)
    bytes = change(bytes, kind, words, seeds, random).subarray(0, LONGEST_BYTES);
  return bytes;
}

function change(
  bytes: Uint8Array,
  kind: Mutable['kind'],
  words: readonly string[],
  seeds: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  const texts = kind === 'bytes' ? words : [...words, ...NASTY_TEXTS];
  if (texts.length > 0 && random.chance(0.3)) {
    const start = random.below(bytes.length + 1);
    return splice(bytes, start, random.below(4), Buffer.from(random.pick(texts)));
  }
  if (kind !== 'bytes' && random.chance(0.2)) return changeDigits(bytes, random);
  const change = random.pick(kind === 'bytes' ? [...CHANGES, ...CHANGES_OF_SIZES] : CHANGES);
  return change(bytes, random, seeds);
}

type Change = (bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array;

const CHANGES: readonly Change[] = [
  function flipBit(bytes, random) {
    return writeAt(bytes, placeIn(bytes, random), (byte) => byte ^ (1 << random.below(8)));
  },
  function setByte(bytes, random) {
    const value = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
    return writeAt(bytes, placeIn(bytes, random), () => value);
  },
  function insert(bytes, random) {
    const added = Uint8Array.from({ length: 1 + random.below(16) }, () => random.below(256));
    return splice(bytes, random.below(bytes.length + 1), 0, added);
  },
  function remove(bytes, random) {
    const start = placeIn(bytes, random);
    return splice(bytes, start, 1 + random.below(random.pick([4, 64, 1024])), new Uint8Array(0));
  },
  function repeat(bytes, random) {
    const start = placeIn(bytes, random);
    const piece = bytes.subarray(start, start + 1 + random.below(random.pick([8, 256])));
    const pieces = Array.from({ length: random.pick([1, 2, 20]) }, () => piece);
    return splice(bytes, start, 0, Buffer.concat(pieces));
  },
  function copyWithin(bytes, random) {
    const copy = Uint8Array.from(bytes);
    const from = placeIn(bytes, random);
    return copy.copyWithin(placeIn(bytes, random), from, from + 1 + random.below(64));
  },
  function join(bytes, random, seeds) {
    const other = random.pick(seeds);
    const cut = random.below(bytes.length + 1);
    return Buffer.concat([
      bytes.subarray(0, cut),
      other.subarray(random.chance(0.5) ? cut : random.below(other.length)),
    ]);
  },
  function cutOff(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function append(bytes, random) {
    return Buffer.concat([bytes, new Uint8Array(1 + random.below(64)).fill(random.below(256))]);
  },
];

/** Numbers in binary: fixed in either order of bytes, or seven bits a byte. */
const CHANGES_OF_SIZES: readonly Change[] = [
  function writeNumber(bytes, random) {
    const number = Buffer.alloc(8);
    const value = random.chance(0.2) ? bytes.length + random.below(3) - 1 : random.pick(NASTY);
    number.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
    const part = number.subarray(0, random.pick([1, 2, 4, 8]));
    return overwrite(bytes, placeIn(bytes, random), random.chance(0.5) ? part : part.toReversed());
  },
  function writeVarint(bytes, random) {
    const digits: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(random.pick(NASTY)));
    for (; rest >= 128n; rest >>= 7n) digits.push(Number(rest & 127n) | 128);
    digits.push(Number(rest));
    const start = placeIn(bytes, random);
    return random.chance(0.5)
      ? overwrite(bytes, start, Uint8Array.from(digits))
      : splice(bytes, start, random.below(3), Uint8Array.from(digits));
  },
  function addToNumber(bytes, random) {
    const start = placeIn(bytes, random);
    return writeAt(bytes, start, (byte) => byte + random.below(9) - 4);
  },
];

/** Puts another number in the place of a number in a text. */
function changeDigits(bytes: Uint8Array, random: Random): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const start = random.below(text.length);
  const found = /\d+/.exec(text.slice(start, start + 4096));
  if (found === null) return bytes;
  const number = random.chance(0.5) ? random.pick(NASTY_TEXTS) : String(random.pick(NASTY));
  return splice(bytes, start + found.index, found[0].length, Buffer.from(number));
}

/** Ends of files have footers, and starts have headers: half of all places lie there. */
function placeIn(bytes: Uint8Array, random: Random): number {
  if (random.chance(0.5)) return random.below(bytes.length);
  const near = random.below(Math.min(bytes.length, random.pick([16, 256])));
  return random.chance(0.5) ? near : Math.max(0, bytes.length - 1 - near);
}

function writeAt(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (at < copy.length) copy[at] = change(copy[at]!);
  return copy;
}

function overwrite(bytes: Uint8Array, start: number, part: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(part.subarray(0, Math.max(0, copy.length - start)), start);
  return copy;
}

function splice(bytes: Uint8Array, start: number, removed: number, added: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), added, bytes.subarray(start + removed)]);
}
