import { expect, test } from 'vitest';
import { readFrames, readSeconds } from '../../../integrations/embedding-animation/client/player-data.ts';

test('frames come out of the attribute as they went in, whatever their text', () => {
  const frames = [{ src: '/a b.png?x="1"', label: '<b>שלום</b> & 🙂' }];
  expect(readFrames(JSON.stringify(frames))).toEqual(frames);
});

test.each([undefined, '', '{', 'null', '{"src":"/a"}', '[{"src":"/a"}]', '[1]'])(
  'no frames are read from %j',
  (json) => {
    expect(readFrames(json)).toEqual([]);
  },
);

test('a duration is read in seconds, and may be none at all', () => {
  expect(readSeconds('0.35', 1)).toBe(0.35);
  expect(readSeconds('0', 1)).toBe(0);
});

test.each([undefined, '', 'soon', '-1', 'Infinity'])('the fallback stands in for the duration %j', (text) => {
  expect(readSeconds(text, 2)).toBe(2);
});
