import { describe, expect, it } from 'vitest';
import {
  leaveOutCommon,
  shortenNames,
} from '../../../../integrations/embedding-animation/rendering/text/short-names.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';

const typesetter = openTypesetter();
const style = { size: 20, weight: 400 } as const;
const shorten = (names: readonly string[], width: number) => shortenNames(names, typesetter, style, width);

describe('leaveOutCommon', () => {
  it.each([
    [
      'codes in front of names',
      ['n02085620-Chihuahua', 'n02085782-Japanese_spaniel'],
      ['Chihuahua', 'Japanese_spaniel'],
    ],
    ['numbers', ['001.Black_footed_Albatross', '002.Laysan_Albatross'], ['Black_footed', 'Laysan']],
    ['words that all begin with', ['train/red/cat', 'train/red/dog'], ['cat', 'dog']],
    ['words that all end with', ['old cat', 'young cat'], ['old', 'young']],
  ])('leaves out %s', (_, names, bare) => {
    expect(leaveOutCommon(names)).toEqual(bare);
  });

  it.each([
    ['a name has no code', ['n02085620-Chihuahua', 'mutt']],
    ['the code alone tells them apart', ['12-cat', '13-cat', '14-dog']],
    ['nothing would be left', ['cat', 'cat-']],
    ['there is one name', ['n02085620-Chihuahua']],
    ['words only begin alike', ['catfish', 'catbird']],
  ])('leaves all where %s', (_, names) => {
    expect(leaveOutCommon(names)).toEqual(names);
  });
});

describe('shortenNames', () => {
  it('leaves names alone that fit', () => {
    expect(shorten(['n1-cat', 'n2-dog'], 500)).toEqual(['n1-cat', 'n2-dog']);
  });

  it('leaves codes out where not all names fit', () => {
    expect(shorten(['n02085620-Chihuahua', 'n02085782-pug'], 120)).toEqual(['Chihuahua', 'pug']);
  });

  it('cuts names at the end that differ before', () => {
    const [first, second] = shorten(['a very long name of a class', 'b'], 120);
    expect(first).toMatch(/^a very.*…$/);
    expect(second).toBe('b');
  });

  it('cuts in the middle what differs only at its end', () => {
    const names = ['golden retrievers of Scotland A', 'golden retrievers of Scotland B', 'pug'];
    const [first, second, third] = shorten(names, 120);
    expect(first).toMatch(/^gold.*….*A$/);
    expect(second).toMatch(/^gold.*….*B$/);
    expect(third).toBe('pug');
  });

  it('cuts in front what differs only in the middle', () => {
    const names = ['photo of the class 001 in daylight ok', 'photo of the class 002 in daylight ok', 'x'];
    const shown = shorten(names, 100);
    expect(new Set(shown).size).toBe(3);
    expect(shown[0]).toMatch(/^…1/);
    for (const name of shown) expect(typesetter.measure(name, style)).toBeLessThanOrEqual(100);
  });

  it('gives up on names for which there is no room', () => {
    expect(shorten(['aaaaaaaaaaaab', 'aaaaaaaaaaaac'], 1)).toEqual(['…', '…']);
    expect(shorten(['cat cat cat cat', 'cat cat cat cat'], 60)).toHaveLength(2);
  });

  it('never cuts a character in two', () => {
    const names = ['👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀🐙', '👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀'];
    for (const name of shorten(names, 90)) expect(name).not.toMatch(/\u200d(?!\p{So})|👩…|^…\p{M}/u);
  });
});
