import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  chooseMaps,
  findMap,
  MAPS_OFFERED,
} from '../../../integrations/embedding-animation/components/find-map.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeAnimatedRun, makeMap } from '../../helpers/summary.ts';

const STYLES = new URL(
  '../../../integrations/embedding-animation/components/embedding-animation.css',
  import.meta.url,
);
const RUN = makeAnimatedRun([
  makeMap({ projection: 'per-checkpoint', align: 'last' }),
  makeMap({ projection: 'pooled' }),
  makeMap({ projection: 'classes', name: 'petals' }),
]);

function namesOf(asked: string | readonly string[] | undefined): string[] {
  return chooseMaps(RUN, asked).map(({ name }) => name);
}

describe('the maps that a figure shows', () => {
  it('are all of the run, the one that is named alone, or those of a list in its order', () => {
    expect(namesOf(undefined)).toEqual(['per-checkpoint', 'pooled', 'petals']);
    expect(namesOf('petals')).toEqual(['petals']);
    expect(namesOf(['petals', 'per-checkpoint', 'petals'])).toEqual(['petals', 'per-checkpoint']);
  });

  it('are as many as the style sheet pairs with their choices', async () => {
    const names = Array.from({ length: MAPS_OFFERED + 3 }, (_, index) => `map-${index}`);
    const [first, ...others] = names.map((name) => makeMap({ projection: 'pooled', name }));
    const run = makeAnimatedRun([first!, ...others]);
    expect(chooseMaps(run, undefined)).toHaveLength(MAPS_OFFERED);
    expect(chooseMaps(run, names.at(-1)).map(({ name }) => name)).toEqual(names.slice(-1));
    const pairs = (await readFile(STYLES, 'utf8')).matchAll(
      /\.ea:has\(\.ea-choice:nth-of-type\((\d+)\) :checked\) \.ea-of-map:not\(:nth-of-type\((\d+)\)\)/g,
    );
    const numbers = Array.from({ length: MAPS_OFFERED }, (_, index) => String(index + 1));
    expect(Array.from(pairs, ([, choice, shown]) => [choice, shown])).toEqual(numbers.map((n) => [n, n]));
  });
});

describe('finding a map', () => {
  it('without a name gives the first', () => {
    expect(findMap(RUN, undefined).name).toBe('per-checkpoint');
  });

  it('that is not there names those that are, in the message itself', async () => {
    const error = await catchError('MapUnknown', () => findMap(RUN, 'typo'));
    expect(error.message).toBe(
      'run "emoji": there is no map "typo"; these are there: "per-checkpoint", "pooled", "petals"',
    );
    expect(error.hint).toContain('add the map to "maps"');
  });

  it('refuses an empty list', async () => {
    const error = await catchError('MapUnknown', () => chooseMaps(RUN, []));
    expect(error.message).toBe('run "emoji": no map is named');
  });
});
