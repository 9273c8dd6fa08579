import type { RunSummary } from 'astro-embedding-animation';
import { expect, test } from 'vitest';
import { readRunFacts } from '../../src/lib/run-facts.ts';

const RUN: RunSummary = {
  id: 'emoji',
  slug: 'emoji',
  title: 'A run',
  modelType: 'vit',
  hiddenSize: 128,
  parameters: 801_234,
  images: 1912,
  classNames: ['a', 'b'],
  classColours: ['#000000', '#ffffff'],
  language: { locale: 'en' },
  classMarkers: ['disc', 'disc'],
  markerPaths: { disc: 'M0 0Z' },
  training: { steps: [0, 1200], lastStep: 1200, classes: 2, losses: {}, accuracies: [] },
};

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
