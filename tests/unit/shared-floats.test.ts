import { describe, expect, it } from 'vitest';
import { openSharedFloats } from '../../integrations/embedding-animation/shared-floats.ts';

describe('shared floats', () => {
  it('are lent again when they have come back, and not before', () => {
    const memory = openSharedFloats();
    const first = memory.borrow(4);
    const second = memory.borrow(4);
    expect(second.buffer).not.toBe(first.buffer);
    memory.giveBack(first);
    expect(memory.borrow(4)).toBe(first);
  });

  it('have the length that was asked for', () => {
    const memory = openSharedFloats();
    memory.giveBack(memory.borrow(4));
    expect(memory.borrow(6)).toHaveLength(6);
  });
});
