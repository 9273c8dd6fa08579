import { expect, test } from 'vitest';
import { readSeconds, readTexts } from '../../../integrations/embedding-animation/client/player-data.ts';

test('texts come out of the attribute as they went in, whatever they hold', () => {
  const texts = ['/a b.png?x="1"', '<b>שלום</b> & 🙂'];
  expect(readTexts(JSON.stringify(texts))).toEqual(texts);
});

test.each([undefined, '', '{', 'null', '{"src":"/a"}', '[{"src":"/a"}]', '["/a",1]'])(
  'no texts are read from %j',
  (json) => {
    expect(readTexts(json)).toEqual([]);
  },
);

test('a duration is read in seconds, and may be none at all', () => {
  expect(readSeconds('0.35', 1)).toBe(0.35);
  expect(readSeconds('0', 1)).toBe(0);
});

test.each([undefined, '', 'soon', '-1', 'Infinity'])('the fallback stands in for the duration %j', (text) => {
  expect(readSeconds(text, 2)).toBe(2);
});
