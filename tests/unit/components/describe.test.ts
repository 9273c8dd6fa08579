import { expect, test } from 'vitest';
import type { RunSummary } from '../../../integrations/embedding-animation/artifacts/summary.ts';
import {
  describeAnimation,
  labelFrame,
  languageAttributes,
} from '../../../integrations/embedding-animation/components/describe.ts';
import { openLanguage } from '../../../integrations/embedding-animation/locale/index.ts';

type Animation = NonNullable<RunSummary['animation']>;
type FrameFigures = Animation['perFrame'][number];

const english = openLanguage();

const FRAME: FrameFigures = {
  step: 1200,
  epoch: 3.456,
  accuracy: 0.5128,
  explainedVariance: [0.3, 0.2],
  disparity: 0.1,
  meanDistance: 0.04,
  outliers: [],
};

const RUN: RunSummary = {
  id: 'r',
  slug: 'r',
  title: 'A run',
  modelType: 'vit',
  hiddenSize: 128,
  parameters: 800_000,
  images: 1912,
  classNames: ['a', 'b'],
  classColours: ['#000000', '#ffffff'],
  language: { locale: 'en' },
  classMarkers: ['disc', 'disc'],
  markerPaths: { disc: 'M0 0Z' },
  training: { steps: [0, 1200], lastStep: 1200, classes: 2, losses: {}, accuracies: [] },
};

function animate(perFrame: FrameFigures[]): Animation {
  const urls = { gif: '/g', json: '/j', still: '/1', first: '/0', frames: ['/0', '/1'] };
  return { width: 1, height: 1, frames: 2, secondsPerFrame: 1, holdSeconds: 1, gifBytes: 1, perFrame, urls };
}

test('a frame is labelled with step, epoch and accuracy', () => {
  expect(labelFrame(FRAME, english)).toBe('Step 1,200 · epoch 3.46 · accuracy 51.3%');
});

test('a label leaves out what the run does not know', () => {
  expect(labelFrame({ ...FRAME, epoch: undefined, accuracy: undefined }, english)).toBe('Step 1,200');
});

test('the text alternative says what is mapped, from which step to which, and how it went', () => {
  const words = describeAnimation(RUN, animate([{ ...FRAME, step: 0, accuracy: 0.1 }, FRAME]), english);
  expect(words).toContain('1,912 images from 2 classes');
  expect(words).toContain('from step 0 to step 1,200');
  expect(words).toContain('accuracy goes from 10.0% to 51.3%');
  expect(words).toContain('50.0% of the variance');
});

test('the text alternative is silent about accuracy where none was measured', () => {
  const unmeasured = { ...FRAME, accuracy: undefined };
  expect(describeAnimation(RUN, animate([unmeasured, unmeasured]), english)).not.toContain('accuracy');
});

test.each([
  [999, '1\u00a0kB'],
  [740_400, '740\u00a0kB'],
  [999_999, '1.0\u00a0MB'],
  [1_840_000, '1.8\u00a0MB'],
])('%d bytes are shown as %s', (bytes, shown) => {
  expect(english.formatBytes(bytes)).toBe(shown);
});

test('a figure says its language where the page has another one, or none is known', () => {
  const japanese = openLanguage({ locale: 'ja-JP' });
  expect(languageAttributes(japanese, 'ja')).toEqual({});
  expect(languageAttributes(japanese, undefined)).toEqual({ lang: 'ja-JP', dir: 'ltr' });
  expect(languageAttributes(english, undefined)).toEqual({});
  expect(languageAttributes(english, 'ja')).toEqual({ lang: 'en', dir: 'ltr' });
  expect(languageAttributes(openLanguage({ locale: 'fa' }), 'en')).toEqual({ lang: 'fa', dir: 'rtl' });
});
