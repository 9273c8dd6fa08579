import { describe, expect, it } from 'vitest';
import { BENCHMARKS } from '../../../bench/benchmarks/index.ts';
import { HELP } from '../../../bench/harness/command-line.ts';

describe('the benchmarks', () => {
  const named = /--only <stage>\s+([^;]*), or how they begin/.exec(HELP)![1]!.split(/,\s+/);

  it('are all named by the help, in their order', () => {
    expect(named).toEqual(BENCHMARKS.map(({ id }) => id));
  });
});
