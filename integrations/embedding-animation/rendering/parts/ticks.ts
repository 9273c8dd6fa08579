/** Ticks of a chart's axes: where they are, and how they are labelled. */
import type { Language } from '../../locale/index.ts';

/** Ticks of an axis, evenly spaced. */
export type Ticks = readonly number[];

/** A range in which powers of ten are still numbers. */
const SMALLEST_RANGE = 1e-300;

/**
 * Round numbers (1, 2 or 5 times a power of ten apart) between `min` and `max`: as few steps as give at
 * least `least` of them. Only `min` where the range is empty.
 */
export function roundTicks(min: number, max: number, least: number): Ticks {
  if (!(max - min > SMALLEST_RANGE)) return [min];
  for (let power = Math.floor(Math.log10(max - min)); ; power--) {
    for (const factor of [5, 2, 1]) {
      const step = factor * 10 ** power;
      const first = Math.ceil(min / step - 1e-9);
      const last = Math.floor(max / step + 1e-9);
      if (last - first + 1 < least) continue;
      return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
    }
  }
}

/** As many decimals as tell the ticks apart; thousands as short as the language has them, such as `12k`. */
export function formatTick(value: number, ticks: Ticks, language: Language): string {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (Math.max(...ticks.map(Math.abs)) >= 10_000 && step >= 1000) return language.formatThousands(value);
  return language.formatFixed(value, decimals);
}

/** A number as a power of ten, in few letters that every font has. */
export function formatPower(value: number): string {
  return value === 0 ? '0' : value.toExponential(1).replace('+', '');
}
