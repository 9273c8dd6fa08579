import { describe, expect, it } from 'vitest';

import { findRun, showRun } from '../../../integrations/embedding-animation/components/find-run.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { UNFINISHED_RUN as RUN } from '../../helpers/summary.ts';

const FAILURE = { message: 'run "broken", run.yaml: line 1', hint: 'Mend the line.' };

describe('finding a run', () => {
  it('that is not there names those that are, in the message itself', async () => {
    const error = await catchError('RunUnknown', () => findRun([RUN, { ...RUN, id: 'cifar' }], 'typo'));
    expect(error.message).toBe('run "typo": there is no such run; these are there: "emoji", "cifar"');
  });

  it('where there is none says so', async () => {
    const error = await catchError('RunUnknown', () => findRun([], 'typo'));
    expect(error.message).toContain('the runs folder holds none');
  });

  it('that could not be read tells why', async () => {
    const error = await catchError('RunsFailed', () => findRun([RUN], 'broken', { broken: FAILURE }));
    expect([error.message, error.hint]).toEqual([FAILURE.message, FAILURE.hint]);
  });

  it('to be shown gives one that could not be read its id for a title, and one that fails its last figures', () => {
    const unread = showRun([RUN], 'broken', { broken: FAILURE });
    expect(unread).toMatchObject({ run: { id: 'broken', title: 'broken' }, failure: FAILURE });
    expect(unread.run.animation).toBeUndefined();
    expect(showRun([RUN], 'emoji', { emoji: FAILURE })).toEqual({ run: RUN, failure: FAILURE });
    expect(showRun([RUN], 'emoji', {})).toEqual({ run: RUN, failure: undefined });
  });
});
