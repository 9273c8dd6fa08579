import { expect, test } from 'vitest';
import {
  describeAlignment,
  describeAnimation,
  labelFrame,
  languageAttributes,
  titleMap,
} from '../../../integrations/embedding-animation/components/describe.ts';
import { openLanguage } from '../../../integrations/embedding-animation/locale/index.ts';
import { makeAnimatedRun, makeMap, MAP_FIGURES } from '../../helpers/summary.ts';

const english = openLanguage();
const MAP = makeMap({ projection: 'per-checkpoint', align: 'last' });
const RUN = makeAnimatedRun([MAP]);
const FRAME = { ...RUN.animation.perFrame[1]!, epoch: 3.456, accuracy: 0.5128 };

test('a frame is labelled with step, epoch and accuracy', () => {
  expect(labelFrame(FRAME, english)).toBe('Step 1,200 · epoch 3.46 · accuracy 51.3%');
});

test('a label leaves out what the run does not know', () => {
  expect(labelFrame({ ...FRAME, epoch: undefined, accuracy: undefined }, english)).toBe('Step 1,200');
});

test('the text alternative says what is mapped, from which step to which, and how it went', () => {
  const perFrame = [{ ...FRAME, step: 0, accuracy: 0.1 }, FRAME];
  const words = describeAnimation(makeAnimatedRun([MAP], { animation: { perFrame } }), MAP, english);
  expect(words).toContain('1,912 images from 2 classes, projected on two principal components');
  expect(words).toContain('from step 0 to step 1,200');
  expect(words).toContain('accuracy goes from 10.0% to 51.3%');
  expect(words).toContain('50.0% of the variance');
});

test('the text alternative is silent about accuracy where none was measured', () => {
  expect(describeAnimation(RUN, MAP, english)).not.toContain('accuracy');
});

test('the text alternative of a class map speaks of its circle, and of no components and no variance', () => {
  const { explainedVariance, ...figures } = MAP_FIGURES;
  const map = makeMap({ projection: 'classes', perFrame: [figures, figures] });
  const words = describeAnimation(makeAnimatedRun([MAP, map]), map, english);
  expect(words).toContain('2 classes stand on a circle, and each of 1,912 images lies between them');
  expect(words).not.toMatch(/component|variance/);
});

test('the text alternative of a map tells of its own variance, not of that of the first map', () => {
  const map = makeMap({
    projection: 'pooled',
    perFrame: [
      { ...MAP_FIGURES, explainedVariance: [0.1, 0.02] },
      { ...MAP_FIGURES, explainedVariance: [0.2, 0.1] },
    ],
  });
  const words = describeAnimation(makeAnimatedRun([MAP, map]), map, english);
  expect(words).toContain('two principal components of all checkpoints together');
  expect(words).toContain('12.0% of the variance in the first frame and 30.0% in the last');
});

test('a map is called as its author calls it, else what it is', () => {
  const map = makeMap({ projection: 'pooled' });
  expect(titleMap(map, english)).toBe('Axes of all checkpoints');
  expect(titleMap({ ...map, title: 'Paths' }, english)).toBe('Paths');
});

test('alignment is told with what it may not do, and not at all where all frames share their axes', () => {
  const onto = makeMap({
    ...{ projection: 'per-checkpoint', align: 'generalized' },
    ...{ scaling: false, reflection: false },
  });
  expect(describeAlignment(onto, english)).toBe(
    'laid onto the mean shape, without scaling, without mirroring',
  );
  expect(describeAlignment(makeMap({ projection: 'per-checkpoint' }), english)).toBe('not aligned');
  expect(describeAlignment(makeMap({ projection: 'pooled' }), english)).toBeUndefined();
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
