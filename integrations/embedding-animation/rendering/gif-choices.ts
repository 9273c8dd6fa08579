/** Which palette entries a pixel may be drawn with: where several look alike, the one that compresses best is taken. */
import { TOLERANCE } from './gif-cover.ts';
import { TRANSPARENT_INDEX } from './gif-palette.ts';

/** Most entries that a pixel may choose from. */
export const MOST_CHOICES = 4;
/** The choice that isn't one: no common colour is near. */
export const NO_CHOICE = 0;

/** Most common colours that may stand for one: the nearest, and others that are nearly as good. */
const CANDIDATES = 2;
/** Most that a channel may differ from a common colour that isn't the nearest. */
const NEARLY = 12;
const COLOURS_IN_ALL = 2 ** 24;
/** Most choices: common colours are few, and so are the sets of those that are near to one another. */
const MOST_NUMBERS = 2 ** 16 - 1;
/** What is known before it was asked for; later the choice's number plus 1. */
const UNKNOWN = 0;

/** Choices by number. They are made as they are asked for: numbers mean nothing outside, what they stand for does. */
export class Choices {
  /** How many entries each choice has. */
  readonly counts = new Uint8Array(MOST_NUMBERS);
  /** Choice n's entries start at n · MOST_CHOICES; the first is the one to take where all serve alike. */
  readonly entries = new Uint8Array(MOST_NUMBERS * MOST_CHOICES);
  readonly #common: Uint8Array;
  readonly #numbers = new Map<string, number>([['', NO_CHOICE]]);
  readonly #byColour = new Uint16Array(COLOURS_IN_ALL); // memory is only taken where colours are
  readonly #byStaying = new Uint16Array(MOST_NUMBERS);
  readonly #byChange = new Map<number, number>();

  /** @param common `[c × 3]`, the first entries of all palettes */
  constructor(common: Uint8Array) {
    this.#common = common;
  }

  /** The choice for a colour `0xrrggbb`: the entry that equals it, or else the first that are near; or `NO_CHOICE`. */
  ofColour(colour: number): number {
    const known = this.#byColour[colour]!;
    if (known !== UNKNOWN) return known - 1;
    const number = this.#numberOf(findNear(this.#common, colour));
    this.#byColour[colour] = number + 1;
    return number;
  }

  /** The choice of one entry only. */
  ofEntry(entry: number): number {
    return this.#numberOf([entry]);
  }

  /**
   * The choice for a pixel of which the colour stays: to leave it alone or, where it is certain which entry it was drawn
   * with, to draw it again.
   */
  ofStaying(number: number): number {
    const known = this.#byStaying[number]!;
    if (known !== UNKNOWN) return known - 1;
    const entries = this.#entriesOf(number);
    const staying = this.#numberOf([TRANSPARENT_INDEX, ...(entries.length === 1 ? entries : [])]);
    this.#byStaying[number] = staying + 1;
    return staying;
  }

  /**
   * The choice for a pixel whose colour had the choice `before` and now has `now`: it may also be left alone where all
   * that it can have been drawn with is as good now.
   */
  ofChange(before: number, now: number): number {
    const change = before * (MOST_NUMBERS + 1) + now;
    const known = this.#byChange.get(change);
    if (known !== undefined) return known;
    const [old, entries] = [this.#entriesOf(before), this.#entriesOf(now)];
    const mayStay = old.length > 0 && old.every((entry) => entries.includes(entry));
    const number = mayStay ? this.#numberOf([TRANSPARENT_INDEX, ...entries].slice(0, MOST_CHOICES)) : now;
    this.#byChange.set(change, number);
    return number;
  }

  /** Whether a pixel may be left alone. */
  mayStay(number: number): boolean {
    return this.entries[number * MOST_CHOICES] === TRANSPARENT_INDEX;
  }

  #entriesOf(number: number): number[] {
    const start = number * MOST_CHOICES;
    return Array.from(this.entries.subarray(start, start + this.counts[number]!));
  }

  #numberOf(entries: readonly number[]): number {
    const key = entries.join(' ');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    if (number >= MOST_NUMBERS) throw new RangeError('a GIF has too many choices of colours');
    this.#numbers.set(key, number);
    this.counts[number] = entries.length;
    this.entries.set(entries, number * MOST_CHOICES);
    return number;
  }
}

/** Entries that a colour may be drawn with, the nearest first by squared distance in RGB. */
function findNear(common: Uint8Array, colour: number): number[] {
  const near: { entry: number; most: number; distance: number }[] = [];
  for (let at = 0; at < common.length; at += 3) {
    const red = Math.abs(common[at]! - (colour >> 16));
    const green = Math.abs(common[at + 1]! - ((colour >> 8) & 255));
    const blue = Math.abs(common[at + 2]! - (colour & 255));
    const most = Math.max(red, green, blue);
    if (most === 0) return [at / 3];
    if (most > TOLERANCE) continue;
    near.push({ entry: at / 3, most, distance: red * red + green * green + blue * blue });
  }
  near.sort((a, b) => a.distance - b.distance || a.entry - b.entry);
  return near
    .filter(({ most }, rank) => rank === 0 || most <= NEARLY)
    .slice(0, CANDIDATES)
    .map(({ entry }) => entry);
}
