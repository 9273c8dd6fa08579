import type { RunSummary } from 'astro-embedding-animation';
import { expect, test } from 'vitest';
import { readMapFacts, readRunFacts } from '../../src/lib/run-facts.ts';
import { makeAnimatedRun, makeMap, MAP_FIGURES, UNFINISHED_RUN } from '../helpers/summary.ts';

const RUN: RunSummary = { ...UNFINISHED_RUN, id: 'emoji' };

test('chance is that of the classes that the model tells apart, whatever classes the set has', () => {
  const training = { ...RUN.training, classes: 10 };
  expect(readRunFacts({ ...RUN, training }).chance).toBe('10.0%');
  expect(readRunFacts({ ...RUN, training: { ...training, classes: 0 } }).chance).toBe('–');
});

test('parameters are given in millions', () => {
  expect(readRunFacts(RUN).parameters).toBe('0.80\u00a0million');
});

test('figures that nobody knows are dashes, parameters of ready embeddings among them', () => {
  const { parameters, firstAccuracy, gifSize } = readRunFacts({ ...RUN, parameters: 0 });
  expect([parameters, firstAccuracy, gifSize]).toEqual(['–', '–', '–']);
});

test('figures of a map are those of the map that is named, and dashes where the run has no such map', () => {
  const { explainedVariance, ...figures } = MAP_FIGURES;
  const run: RunSummary = {
    ...makeAnimatedRun([
      makeMap({ projection: 'pooled', temporalPearson: 0.768 }),
      makeMap({ projection: 'classes', perFrame: [figures], temperature: 1.256 }),
    ]),
    id: 'emoji',
  };
  expect(readMapFacts(run, 'pooled')).toMatchObject({
    ...{ movement: '0.77', lastVariance: '50.0%', ownClass: '3.6', neighbours: 'ten', temperature: '–' },
  });
  expect(readMapFacts(run, 'classes')).toMatchObject({
    lastVariance: '–',
    movement: '–',
    temperature: '1.26',
  });
  expect(readMapFacts(run, 'last')).toMatchObject({ movement: '–', trustworthiness: '–', ownClass: '–' });
});
