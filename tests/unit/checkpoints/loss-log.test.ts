import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readLossLog,
  type LoggedLoss,
} from '../../../integrations/embedding-animation/checkpoints/loss-log.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

async function read(text: string): Promise<LoggedLoss[]> {
  const path = join(await makeTemporaryFolder(), 'log.csv');
  await writeFile(path, text);
  return readLossLog(path);
}

describe('log.csv', () => {
  it('has loss, learning rate and epoch, as in the article', async () => {
    expect(await read('2.5,5e-05,0.25\n1.5,1e-05,0.5\n')).toEqual([
      { step: undefined, loss: 2.5, epoch: 0.25 },
      { step: undefined, loss: 1.5, epoch: 0.5 },
    ]);
  });

  it("has the gradient's norm second where it has four columns", async () => {
    expect(await read('2.5,7,5e-05,0.25\n')).toEqual([{ step: undefined, loss: 2.5, epoch: 0.25 }]);
  });

  it('may have an infinite gradient, which is not used', async () => {
    expect(await read('2.5,inf,5e-05,0.25\n')).toHaveLength(1);
  });

  it('may have a header with columns in any order, and others too', async () => {
    expect(await read('epoch,step,note,loss\n0.25,3,hello,2.5\n')).toEqual([
      { step: 3, loss: 2.5, epoch: 0.25 },
    ]);
  });

  it('may end its lines as Windows does, start with a byte-order mark and hold empty lines', async () => {
    expect(await read('\uFEFF2.5,0.1,0.25\r\n\r\n1.5,0.1,0.5\r\n\r\n')).toHaveLength(2);
  });

  it.each([[''], ['\n\n'], ['loss,learning_rate,epoch\n']])(
    'gives no rows when it reads %j',
    async (text) => {
      expect(await read(text)).toEqual([]);
    },
  );

  it('may log several rows in one epoch, which older Trainers round', async () => {
    expect(await read('2.5,0.1,0\n2,0.1,0\n1.5,0.1,0.01\n')).toHaveLength(3);
  });

  it.each([
    ['two columns', '2.5,0.1\n', /line 1: the row has 2 columns instead of 3/],
    ['five columns', '1,2,3,4,5\n', /line 1: the row has 5 columns/],
    ['one column', '2.5\n', /line 1: the row has one column/],
    ['a row of another width', '2.5,0.1,0.25\n2.5,7,0.1,0.5\n', /line 2: the row has 4 columns instead of 3/],
    ['semicolons', '2.5;0.1;0.25\n', /line 1/],
    ['text as loss', '2.5,0.1,0.25\n\nhigh,0.1,0.5\n', /line 3: loss is "high", not a number/],
    ['no loss', ',0.1,0.25\n', /line 1: loss is empty/],
    ['a loss that is not a number', 'nan,0.1,0.25\n', /line 1: loss is "nan"/],
    ["a loss that is not a number, in JavaScript's words", 'NaN,0.1,0.25\n', /line 1: loss is "NaN"/],
    ['an infinite loss', 'inf,0.1,0.25\n', /loss is "inf"/],
    ['a loss beyond doubles', '1e999,0.1,0.25\n', /loss is "1e999"/],
    ['a hexadecimal loss', '0x1f,0.1,0.25\n', /loss is "0x1f"/],
    ['text as epoch', '2.5,0.1,first\n', /epoch is "first"/],
    ['a negative epoch', '2.5,0.1,-1\n', /line 1: the epoch goes back/],
    [
      'an epoch that goes back',
      '2.5,0.1,0.5\n2.5,0.1,0.25\n',
      /line 2: the epoch goes back from 0.5 to 0.25/,
    ],
    ['a header without epoch', 'step,loss\n1,2\n', /line 1: the header has no column "epoch"/],
    ['half a step', 'step,loss,epoch\n1.5,2,1\n', /line 2: 1.5 is not a step/],
    ['a step that goes back', 'step,loss,epoch\n2,2,1\n1,2,1\n', /line 3: the step goes back from 2 to 1/],
  ])('is refused with %s', async (_, text, message) => {
    const error = await catchError('LossLogInvalid', () => read(text));
    expect(error.message).toMatch(message);
    expect(error.place.file).toBe('log.csv');
  });

  it('that holds a number of 200,000 digits and a letter is refused at once', async () => {
    const start = performance.now();
    await catchError('LossLogInvalid', () => read(`${'1'.repeat(200_000)}x,0.1,0.25\n`));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
