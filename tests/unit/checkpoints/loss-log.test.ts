import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readLossLog,
  type LoggedLoss,
} from '../../../integrations/embedding-animation/checkpoints/loss-log.ts';
import { collectLeftOut } from '../../../integrations/embedding-animation/checkpoints/log-rows.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

async function read(text: string, leftOut = collectLeftOut()): Promise<LoggedLoss[]> {
  const path = join(await makeTemporaryFolder(), 'log.csv');
  await writeFile(path, text);
  return readLossLog(path, leftOut);
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
    ['text', 'high'],
    ['nothing', ''],
    ['not a number', 'nan'],
    ["not a number, in JavaScript's words", 'NaN'],
    ['infinite', 'inf'],
    ['beyond doubles', '1e999'],
    ['beyond float32', '1.7e308'],
    ['hexadecimal', '0x1f'],
  ])('keeps the place of a row whose loss is %s', async (_, loss) => {
    expect(await read(`2.5,0.1,0.25\n${loss},0.1,0.5\n2,0.1,1\n`)).toEqual([
      { step: undefined, loss: 2.5, epoch: 0.25 },
      { step: undefined, loss: undefined, epoch: 0.5 },
      { step: undefined, loss: 2, epoch: 1 },
    ]);
  });

  it('keeps the place of a row of another width or without an epoch, and lists it', async () => {
    const leftOut = collectLeftOut();
    const rows = await read('2.5,0.1,0.25\n2.5,7,0.1,0.5\n2,0.1,first\n2,0.1,-1\n1,0.1\n', leftOut);
    expect(rows.map(({ loss, epoch }) => [loss, epoch])).toEqual([
      [2.5, 0.25],
      [undefined, undefined],
      [2, undefined],
      [2, undefined],
      [undefined, undefined],
    ]);
    expect(leftOut.describe()).toEqual([
      'a line is of another width (rows 2, 5)',
      'the epoch is no number from 0 up (rows 3, 4)',
    ]);
  });

  it('leaves a row out whose step can not be read where a column says steps', async () => {
    const leftOut = collectLeftOut();
    const rows = await read('step,loss,epoch\n1.5,2,1\n2,2,1\n3,1\n', leftOut);
    expect(rows).toEqual([{ step: 2, loss: 2, epoch: 1 }]);
    expect(leftOut.describe()).toEqual([
      'the step is no whole number from 0 up (row 2)',
      'a line is of another width (row 4)',
    ]);
  });

  it.each([
    ['two columns', '2.5,0.1\n', /line 1: the row has 2 columns instead of 3/],
    ['five columns', '1,2,3,4,5\n', /line 1: the row has 5 columns/],
    ['one column', '2.5\n', /line 1: the row has one column/],
    ['semicolons', '2.5;0.1;0.25\n', /line 1/],
    [
      'an epoch that goes back',
      '2.5,0.1,0.5\n2.5,0.1,0.25\n',
      /line 2: the epoch goes back from 0.5 to 0.25/,
    ],
    ['a header without epoch', 'step,loss\n1,2\n', /line 1: the header has no column "epoch"/],
    ['a step that goes back', 'step,loss,epoch\n2,2,1\n1,2,1\n', /line 3: the step goes back from 2 to 1/],
  ])('is refused with %s', async (_, text, message) => {
    const error = await catchError('LossLogInvalid', () => read(text));
    expect(error.message).toMatch(message);
    expect(error.place.file).toBe('log.csv');
  });

  it('that holds a number of 200,000 digits and a letter is read at once', async () => {
    const start = performance.now();
    expect((await read(`${'1'.repeat(200_000)}x,0.1,0.25\n`))[0]?.loss).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
