import { describe, expect, it } from 'vitest';
import {
  matchColumns,
  type ColumnSource,
} from '../../../integrations/embedding-animation/stages/class-columns.ts';

const source: ColumnSource = {
  classes: 3,
  modelClassNames: ['owl', 'cat', 'dog'],
  dataset: { classNames: ['cat', 'dog', 'owl'] },
  isOrderOfSet: false,
};

const reasonOf = (changes: Partial<ColumnSource>): string => {
  const matched = matchColumns({ ...source, ...changes });
  return 'reason' in matched ? matched.reason : 'none';
};

describe('matchColumns', () => {
  it('finds classes by their names, in whatever order either side has them', () => {
    expect(matchColumns(source)).toEqual([
      { name: 'owl', label: 2 },
      { name: 'cat', label: 0 },
      { name: 'dog', label: 1 },
    ]);
  });

  it('compares names as the set has them and gives those that readers see', () => {
    const dataset = { classNames: ['猫', 'フクロウ'], originalClassNames: ['cat', 'owl'] };
    expect(matchColumns({ ...source, dataset })).toEqual([
      { name: 'フクロウ', label: 1 },
      { name: '猫', label: 0 },
      { name: 'dog', label: undefined },
    ]);
  });

  it('takes both Unicode forms of a name for the same', () => {
    const dataset = { classNames: ['pa\u0302te\u0301'] };
    const modelClassNames = ['p\u00e2t\u00e9', 'riz'];
    expect(matchColumns({ ...source, classes: 2, modelClassNames, dataset })).toEqual([
      { name: 'pa\u0302te\u0301', label: 0 },
      { name: 'riz', label: undefined },
    ]);
  });

  it('names classes of the set that the model does not know', () => {
    const reason = reasonOf({ dataset: { classNames: ['cat', 'fox', 'newt', 'ox', 'yak'] } });
    expect(reason).toContain('the classes "fox", "newt", "ox" and 1 more');
  });

  it.each([[['LABEL_0', 'LABEL_1', 'LABEL_2']], [[]]])(
    'does not guess classes without names: %j',
    (names) => {
      expect(reasonOf({ modelClassNames: names })).toContain('does not name the classes');
    },
  );

  it('does not guess which of two classes of one name is meant, whatever their Unicode form', () => {
    const modelClassNames = ['cat', 'pa\u0302te\u0301', 'p\u00e2t\u00e9'];
    expect(reasonOf({ modelClassNames, dataset: { classNames: ['cat'] } })).toContain('names two classes');
  });

  it('says that config.json has other classes than the logits', () => {
    expect(reasonOf({ classes: 4 })).toBe('config.json names 3 classes, and the logits are of 4');
  });

  it('takes stored logits without names to be in the order of the set', () => {
    const dataset = { classNames: ['Cat', 'Dog', 'Owl'], originalClassNames: ['cat', 'dog', 'owl'] };
    const matched = matchColumns({ ...source, modelClassNames: [], isOrderOfSet: true, dataset });
    expect(matched).toEqual([
      { name: 'Cat', label: 0 },
      { name: 'Dog', label: 1 },
      { name: 'Owl', label: 2 },
    ]);
    expect(reasonOf({ modelClassNames: [], isOrderOfSet: true, classes: 5 })).toContain(
      'of 5 classes, the evaluation set has 3',
    );
  });

  it('goes by names of stored logits where there are some', () => {
    expect(matchColumns({ ...source, isOrderOfSet: true })).toEqual(matchColumns(source));
  });
});
