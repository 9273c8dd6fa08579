import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../integrations/embedding-animation/contracts.ts';
import { selectImages } from '../../../integrations/embedding-animation/dataset/selection.ts';
import { catchError } from '../../helpers/catch-error.ts';

/** A set of `count` images a class, classes in turn; image i is one pixel of the value i. */
function makeSet(classNames: readonly string[], count: number): Dataset {
  const items = Array.from({ length: count * classNames.length }, (_, i) => ({
    name: `image ${i}`,
    label: i % classNames.length,
  }));
  return {
    classNames,
    items,
    digest: 'd',
    source: 'a set',
    decode: (index) => Promise.resolve({ width: 1, height: 1, data: new Uint8Array(3).fill(index) }),
  };
}

function namesOf({ items }: Dataset): string[] {
  return items.map(({ name }) => name);
}

describe('selectImages', () => {
  const set = makeSet(['cat', 'dog', 'bird'], 40);

  it('leaves a set alone that nothing is asked of', () => {
    expect(selectImages(set, {})).toBe(set);
    expect(selectImages(set, { seed: 5 })).toBe(set);
  });

  it('takes as many images of each class as asked, in the order of the set', () => {
    const chosen = selectImages(set, { perClass: 7 });
    const counts = [0, 1, 2].map((label) => chosen.items.filter((item) => item.label === label).length);
    expect(counts).toEqual([7, 7, 7]);
    const places = namesOf(chosen).map((name) => Number(name.slice('image '.length)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('takes the same images each time, and others with another seed', () => {
    const first = selectImages(set, { perClass: 7 });
    expect(namesOf(selectImages(set, { perClass: 7, seed: 0 }))).toEqual(namesOf(first));
    const other = selectImages(set, { perClass: 7, seed: 1 });
    expect(namesOf(other)).not.toEqual(namesOf(first));
    expect(other.digest).not.toBe(first.digest);
  });

  it('takes more of a class by adding to the fewer', () => {
    const many = new Set(namesOf(selectImages(set, { perClass: 20 })));
    expect(namesOf(selectImages(set, { perClass: 5 })).every((name) => many.has(name))).toBe(true);
  });

  it('chooses as before among the others when an image is taken out', () => {
    const chosen = namesOf(selectImages(set, { perClass: 7 }));
    const unused = set.items.findIndex(({ name }) => !chosen.includes(name));
    const smaller = { ...set, items: set.items.toSpliced(unused, 1) };
    expect(namesOf(selectImages(smaller, { perClass: 7 }))).toEqual(chosen);
  });

  it('uses a class whole that has fewer', () => {
    const uneven = { ...set, items: set.items.filter(({ label }, i) => label !== 2 || i < 9) };
    const chosen = selectImages(uneven, { perClass: 10 });
    const counts = [0, 1, 2].map((label) => chosen.items.filter((item) => item.label === label).length);
    expect(counts).toEqual([10, 10, 3]);
  });

  it('takes the classes that are named, in the order in which they are named', () => {
    const chosen = selectImages(set, { classes: ['bird', 'cat'] });
    expect(chosen.classNames).toEqual(['bird', 'cat']);
    expect(chosen.items.slice(0, 3)).toEqual([
      { name: 'image 0', label: 1 },
      { name: 'image 2', label: 0 },
      { name: 'image 3', label: 1 },
    ]);
    expect(chosen.source).toBe('a set, classes "cat", "bird"');
  });

  it('calls classes by their display names and remembers those of the set', () => {
    const classes = ['dog', { name: 'cat', displayName: '猫' }];
    const chosen = selectImages(set, { classes });
    expect(chosen.classNames).toEqual(['dog', '猫']);
    expect(chosen.originalClassNames).toEqual(['dog', 'cat']);
  });

  it('has one digest for the same images, whatever the order and the display names', () => {
    const { digest } = selectImages(set, { classes: ['cat', 'dog'] });
    expect(selectImages(set, { classes: ['dog', 'cat'] }).digest).toBe(digest);
    expect(selectImages(set, { classes: [{ name: 'dog', displayName: '犬' }, 'cat'] }).digest).toBe(digest);
    expect(selectImages(set, { classes: ['cat', 'bird'] }).digest).not.toBe(digest);
    expect(selectImages(set, { classes: ['bird', 'dog', 'cat'] }).digest).toBe(set.digest);
    expect(selectImages(set, { classes: ['bird', 'dog', 'cat'] }).source).toBe(set.source);
  });

  it('finds a class in composed characters that the file system has in combining ones', () => {
    const combining = makeSet(['e\u0301te\u0301', 'hiver'], 2);
    const { classNames, originalClassNames } = selectImages(combining, { classes: ['été'] });
    expect(classNames).toEqual(['été']);
    expect(originalClassNames).toEqual(['e\u0301te\u0301']);
  });

  it('samples the same images whatever normal form their names are in', () => {
    const named = (form: 'NFC' | 'NFD'): Dataset => ({
      ...set,
      items: set.items.map(({ name, label }) => ({ name: `\u00e9 ${name}`.normalize(form), label })),
    });
    const [composed, combining] = [named('NFC'), named('NFD')].map((each) =>
      selectImages(each, { perClass: 3 }),
    );
    expect(namesOf(combining!).map((name) => name.normalize())).toEqual(namesOf(composed!));
    expect(combining!.digest).toBe(composed!.digest);
  });

  it('keeps what is to be known of the set', () => {
    const notices = [{ name: 'ImagesLeftOut', text: 'x', count: 1, items: ['a'] }];
    expect(selectImages({ ...set, notices }, { perClass: 3 }).notices).toBe(notices);
  });

  it('decodes the images that it took', async () => {
    const chosen = selectImages(set, { perClass: 3, classes: ['dog'] });
    for (const [index, name] of namesOf(chosen).entries()) {
      expect((await chosen.decode(index)).data[0]).toBe(Number(name.slice('image '.length)));
    }
  });

  it('refuses a class that the set does not have', async () => {
    const error = await catchError('DatasetInvalid', () => selectImages(set, { classes: ['cat', 'cow'] }));
    expect(error.message).toBe('a set: there is no class "cow" (there are: "cat", "dog", "bird")');
  });
});
