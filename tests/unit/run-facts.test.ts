import type { RunSummary } from 'astro-embedding-animation';
import { expect, test } from 'vitest';
import { readRunFacts } from '../../src/lib/run-facts.ts';

const RUN: RunSummary = {
  id: 'emoji',
  title: 'A run',
  modelType: 'vit',
  hiddenSize: 128,
  parameters: 801_234,
  images: 1912,
  classNames: ['a', 'b'],
  classColours: ['#000000', '#ffffff'],
  training: { steps: [0, 1200], lastStep: 1200, losses: {}, accuracies: [] },
};

test('parameters are given in millions', () => {
  expect(readRunFacts(RUN).parameters).toBe('0.80\u00a0million');
});

test('figures that nobody knows are dashes, parameters of ready embeddings among them', () => {
  const { parameters, firstAccuracy, gifSize } = readRunFacts({ ...RUN, parameters: 0 });
  expect([parameters, firstAccuracy, gifSize]).toEqual(['–', '–', '–']);
});
