import { describe, expect, it } from 'vitest';
import {
  describeNotice,
  levelOf,
  makeNotice,
  noticeData,
  noticeSchema,
} from '../../integrations/embedding-animation/notices.ts';

describe('a notice', () => {
  const folders = Array.from({ length: 120 }, (_, index) => `epoch-${index}`);

  it('is one line with its first items and the number of the others', () => {
    const notice = makeNotice('CheckpointsNotUsed', folders, {});
    expect(describeNotice(notice)).toMatch(/^120 folders with a model are left out, .*: epoch-0, epoch-1, /);
    expect(describeNotice(notice)).toMatch(/epoch-4 and 115 more\.$/);
    expect(describeNotice(makeNotice('CheckpointsNotUsed', ['best'], {}))).toMatch(/^A folder .*: best\.$/);
  });

  it('keeps a hundred items and the count of all', () => {
    const { count, items } = makeNotice('CheckpointsNotUsed', folders, {});
    expect(count).toBe(120);
    expect(items).toEqual(folders.slice(0, 100));
  });

  it('is data that follows its schema; without one there is nothing to write', () => {
    const [data] = noticeData([makeNotice('CheckpointsNotUsed', ['best'], {})]) ?? [];
    expect(noticeSchema.parse(data)).toEqual({
      name: 'CheckpointsNotUsed',
      text: expect.stringContaining('left out') as string,
      count: 1,
      items: ['best'],
    });
    expect(noticeData([])).toBeUndefined();
  });

  it('of a later version is a warning', () => {
    expect(levelOf({ name: 'Later', text: 'Something', count: 0, items: [] })).toBe('warn');
    expect(levelOf(makeNotice('CheckpointsNotUsed', ['best'], {}))).toBe('info');
  });
});
