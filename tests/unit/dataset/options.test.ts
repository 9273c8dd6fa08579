import { describe, expect, it } from 'vitest';
import { datasetSchema } from '../../../integrations/embedding-animation/options/index.ts';

describe('the options of a dataset', () => {
  it.each([
    [{ type: 'parquet', path: 'data' }, {}],
    [{ type: 'cifar', path: 'cifar-10-binary.tar.gz' }, { split: 'test' }],
    [{ type: 'image-folder', path: 'images' }, { labelColumn: 'label' }],
    [
      { type: 'icon-set', package: 'x' },
      { size: 96, skinTones: false, background: '#ffffff' },
    ],
  ])('have defaults: %j', (given, defaults) => {
    expect(datasetSchema.parse(given)).toEqual({ ...given, ...defaults });
  });

  it.each(['parquet', 'cifar', 'image-folder', 'icon-set'])('choose images of every type: %s', (type) => {
    const place = type === 'icon-set' ? { package: 'x' } : { path: 'x' };
    const selection = { classes: ['cat'], perClass: 10, seed: 3 };
    expect(datasetSchema.parse({ type, ...place, ...selection })).toMatchObject(selection);
  });

  it('keep the order of classes and their display names, and can be parsed again', () => {
    const set = { type: 'image-folder', path: 'x' };
    const parsed = datasetSchema.parse({ ...set, classes: { truck: 'トラック', cat: null, dog: '犬' } });
    expect(parsed.classes).toEqual([
      { name: 'truck', displayName: 'トラック' },
      'cat',
      { name: 'dog', displayName: '犬' },
    ]);
    expect(datasetSchema.parse(parsed)).toEqual(parsed);
  });

  it.each([
    [['cat', 'dog', 'cat'], 'names the class "cat" twice'],
    [['\u00e9', 'e\u0301'], 'names the class "\u00e9" twice'],
    [{ cat: 'pet', dog: 'pet' }, 'calls two classes "pet"'],
    [{ cat: 'dog', dog: null }, 'calls two classes "dog"'],
    ['cat', 'must be a list of names, or a mapping'],
    [{}, 'must name a class'],
  ])('refuse %j as classes', (classes, message) => {
    const parsed = datasetSchema.safeParse({ type: 'image-folder', path: 'x', classes });
    expect(parsed.error?.issues[0]?.message).toContain(message);
  });

  it.each(['parquet', 'cifar', 'image-folder', 'icon-set'])('allow own labels of every type: %s', (type) => {
    const place = type === 'icon-set' ? { package: 'x' } : { path: 'x' };
    expect(datasetSchema.parse({ type, ...place, labels: 'own' }).labels).toBe('own');
  });

  it.each([
    { type: 'parquet', path: '' },
    { type: 'parquet', path: 'x', labels: 'fine' },
    { type: 'parquet', path: 'x', perClass: 0 },
    { type: 'parquet', path: 'x', perClass: 1.5 },
    { type: 'parquet', path: 'x', seed: -1 },
    { type: 'parquet', path: 'x', classes: [] },
    { type: 'cifar', path: 'x', split: 'validation' },
    { type: 'cifar', path: 'x', labels: 'both' },
    { type: 'parkett', path: 'x' },
  ])('are refused: %j', (given) => {
    expect(datasetSchema.safeParse(given).success).toBe(false);
  });
});
