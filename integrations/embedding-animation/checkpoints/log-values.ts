/** What counts as a step, an epoch and a loss, and what is said of values that are none. */

/** Largest float32: a loss beyond it comes from no training, and packs could not hold it. */
const LARGEST_LOSS = 2 ** 128 - 2 ** 104;

/** A loss that can be drawn, or `undefined` for NaN, an infinite one, one beyond float32, and what is no number. */
export function lossOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= LARGEST_LOSS ? value : undefined;
}

/** Epochs of training, or `undefined` for what can be none. */
export function epochOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** Whether a value is a whole number from 0 up. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Why a value can't be used. */
export type Reason =
  | 'no finite number'
  | 'not between 0 and 1'
  | 'no number from 0 up'
  | 'no whole number from 0 up'
  | 'no object'
  | 'of another width';

/** Values of a log that can't be used, as they are found. */
export interface LeftOutValues {
  /** @param at the step of a value whose step is known, else the row or line it stands in */
  readonly add: (
    key: string,
    reason: Reason,
    at: { readonly step: number } | { readonly row: number },
  ) => void;
  /** One text for each key and reason, with where they are: `eval_loss is no finite number (steps 10–30)`. */
  readonly describe: () => string[];
}

/** An empty list. */
export function collectLeftOut(): LeftOutValues {
  const found = new Map<string, { readonly steps: number[]; readonly rows: number[] }>();
  return {
    add(key, reason, at) {
      const name = `${key} is ${reason}`;
      const places = found.get(name) ?? { steps: [], rows: [] };
      found.set(name, places);
      if ('step' in at) places.steps.push(at.step);
      else places.rows.push(at.row);
    },
    describe: () =>
      Array.from(found, ([name, { steps, rows }]) => {
        const places = [...listPlaces('step', steps), ...listPlaces('row', rows)];
        return `${name} (${places.join('; ')})`;
      }),
  };
}

/** Places named in a text. */
const PLACES_NAMED = 4;

function listPlaces(word: string, places: readonly number[]): string[] {
  if (places.length === 0) return [];
  const sorted = [...places].sort((a, b) => a - b);
  const named = sorted.slice(0, PLACES_NAMED).join(', ');
  const rest = sorted.length - PLACES_NAMED;
  const more = rest > 0 ? ` and ${rest} more, up to ${sorted.at(-1)!}` : '';
  return [`${word}${places.length === 1 ? '' : 's'} ${named}${more}`];
}
