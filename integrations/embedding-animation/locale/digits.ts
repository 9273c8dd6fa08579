/** How many digits a number is written with, so that it is not taken for another one. */

/** Writes a number with this many decimals, as a language does. */
type FormatFixed = (value: number, decimals: number) => string;

/** Most decimals of a number that is not written as a power of ten, and of a share in percent. */
export const MOST_DECIMALS = 6;
/** Numbers from which on there are no decimals. */
const WHOLE_FROM = 1000;
/** Digits of a number that show at least, however small it is; digits of the largest of some multiples. */
const DIGITS = { least: 2, multiple: 3 };
/** Multiples from which on they are powers of ten. */
const LARGE_MULTIPLE = 1e6;

/**
 * A number as a power of ten, in few letters that every font has: `3.2e-7`.
 * @param decimals of its first part
 */
export function formatPower(value: number, decimals = 1): string {
  return value === 0 ? '0' : value.toExponential(decimals).replace('+', '');
}

/** See `Language.formatNumber`. */
export function formatNumber(value: number, decimals: number, formatFixed: FormatFixed): string {
  const size = Math.abs(value);
  if (size >= WHOLE_FROM) return formatFixed(value, 0);
  const needed = size > 0 ? DIGITS.least - 1 - Math.floor(Math.log10(size)) : 0;
  return needed > MOST_DECIMALS ? formatPower(value) : formatFixed(value, Math.max(decimals, needed));
}

/** See `Language.formatMultiples`. */
export function formatMultiples(values: readonly number[], formatFixed: FormatFixed): string[] {
  const largest = Math.max(...values.filter(Number.isFinite).map(Math.abs), 1);
  const format = (value: number, decimals: number): string => {
    if (!Number.isFinite(value)) return '–';
    return `${largest < LARGE_MULTIPLE ? formatFixed(value, decimals) : formatPower(value)}×`;
  };
  const decimals = Math.max(0, DIGITS.multiple - 1 - Math.floor(Math.log10(largest)));
  return values.map((value) => format(value, decimals));
}

/** Decimals of a percentage: one, or as many as show that a share is not none and not all. */
export function shareDecimals(share: number): number {
  for (let decimals = 1; decimals < MOST_DECIMALS; decimals++) {
    const shown = round(share * 100, decimals);
    if ((shown !== 0 || share === 0) && (shown !== 100 || share === 1)) return decimals;
  }
  return MOST_DECIMALS;
}

/** As `toFixed` rounds, so that every language shows the same number. */
export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
