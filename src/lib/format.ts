/** Figures as readers see them. Every page uses these, so that a number looks the same wherever it stands. */

const LOCALE = 'en';
const NO_BREAK_SPACE = '\u00a0';

/** Decimals beyond which numbers are told apart no more. */
const MOST_DECIMALS = 9;

/** Stands where a figure is not there. */
export const UNKNOWN = '–';

/** A whole number with separators: `1,912`. */
export function formatCount(count: number): string {
  return count.toLocaleString(LOCALE);
}

/**
 * A share 0 … 1 in percent, with one decimal unless told: `51.3%`; with more where it would read as none or all and is
 * not: `0.03%`.
 */
export function formatShare(share: number | undefined, digits = 1): string {
  if (share === undefined) return UNKNOWN;
  return `${(share * 100).toFixed(decimalsApart(share * 100, digits, [0, 100]))}%`;
}

/** A number with `digits` decimals; with more where it would read as 0 and is not. */
export function formatFixed(value: number | undefined, digits: number): string {
  return value === undefined ? UNKNOWN : value.toFixed(decimalsApart(value, digits, [0]));
}

/** A number 0 … 1 with `digits` decimals; with more where it would read as 0 or as 1 and is not. */
export function formatFraction(value: number | undefined, digits: number): string {
  return value === undefined ? UNKNOWN : value.toFixed(decimalsApart(value, digits, [0, 1]));
}

/** Multiples of one list, the largest in three digits, with the same number of decimals for all: `4.13×`, `12.4×`. */
export function formatMultiples(values: readonly number[]): string[] {
  const largest = Math.max(1, ...values);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(largest)));
  return values.map((value) => `${value.toFixed(decimals)}×`);
}

/** Decimals, at least `digits`, with which a value does not read as one of these that it is not. */
function decimalsApart(value: number, digits: number, others: readonly number[]): number {
  let decimals = digits;
  const isTaken = (): boolean =>
    others.some((other) => value !== other && Number(value.toFixed(decimals)) === other);
  while (decimals < MOST_DECIMALS && isTaken()) decimals++;
  return decimals;
}

/** A large count in words: `0.80 million`, `85.8 million`; below 100,000 in digits. */
export function formatMillions(count: number): string {
  if (count < 100_000) return formatCount(count);
  const millions = count / 1_000_000;
  return `${millions.toFixed(millions < 10 ? 2 : 1)}${NO_BREAK_SPACE}million`;
}

/** Decimal file sizes: `740 kB`, `1.8 MB`. */
export function formatBytes(bytes: number): string {
  const kilobytes = Math.round(bytes / 1000);
  if (kilobytes < 1000) return `${Math.max(1, kilobytes)}${NO_BREAK_SPACE}kB`;
  return `${(bytes / 1_000_000).toFixed(1)}${NO_BREAK_SPACE}MB`;
}

const SMALL_NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** Numbers up to twelve as words, larger ones in digits. */
export function spellCount(count: number): string {
  return SMALL_NUMBERS[count] ?? formatCount(count);
}
