import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../integrations/embedding-animation/contracts.ts';
import { matchLabels } from '../../../integrations/embedding-animation/dataset/index.ts';
import { catchError } from '../../helpers/catch-error.ts';

function datasetOf(...classNames: string[]): Dataset {
  return {
    classNames,
    items: [],
    digest: '',
    source: '',
    decode: () => Promise.reject(new Error('not here')),
  };
}

describe('classes of an evaluation set', () => {
  it.each([
    ["the model's in another order", ['cat', 'dog'], ['dog', 'cat']],
    ["some of the model's", ['cat'], ['dog', 'cat', 'bird']],
    ['named where the model has placeholders', ['cat', 'dog'], ['LABEL_0', 'LABEL_1']],
    ['named where the model has no names', ['cat', 'dog'], []],
  ])('may be %s', (_, classNames, known) => {
    expect(() => {
      matchLabels(datasetOf(...classNames), known, { run: 'tiny' });
    }).not.toThrow();
  });

  it('must all be known to the model', async () => {
    const error = await catchError('LabelsMismatch', () => {
      matchLabels(datasetOf('cat', 'Dog', 'fish'), ['cat', 'dog'], { run: 'tiny' });
    });
    expect(error.message).toBe(
      'run "tiny": the evaluation set has classes that the model does not know: "Dog", "fish"; it knows "cat", "dog"',
    );
  });

  it('are compared by the names that the set has, not by those that readers see', async () => {
    const shown = { ...datasetOf('猫', 'dog'), originalClassNames: ['cat', 'dog'] };
    expect(() => {
      matchLabels(shown, ['cat', 'dog'], {});
    }).not.toThrow();
    const error = await catchError('LabelsMismatch', () => {
      matchLabels(shown, ['猫', 'dog'], {});
    });
    expect(error.message).toContain('does not know: "cat"');
    expect(error.hint).toContain('labels: own');
  });

  it("must be known where one of the model's names looks like a placeholder", async () => {
    await catchError('LabelsMismatch', () => {
      matchLabels(datasetOf('fish'), ['LABEL_0', 'cat'], {});
    });
  });

  it('are not listed by the hundred', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `class ${index}`);
    const error = await catchError('LabelsMismatch', () => {
      matchLabels(datasetOf(...names), ['cat'], {});
    });
    expect(error.message).toContain('"class 4" and 95 more');
  });
});
