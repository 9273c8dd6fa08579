import { expect, test } from 'vitest';
import { readRunFacts } from '../../src/lib/run-facts.ts';
import { UNFINISHED_RUN as RUN } from '../helpers/summary.ts';

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
