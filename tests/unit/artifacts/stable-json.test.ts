import { describe, expect, it } from 'vitest';
import { formatJson } from '../../../integrations/embedding-animation/artifacts/stable-json.ts';

describe('formatJson', () => {
  it('sorts keys and fills lines', () => {
    const value = { b: Array.from({ length: 60 }, (_, at) => [at, 32, 32]), a: { d: 1, c: 'x'.repeat(120) } };
    const text = formatJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.indexOf('"a"')).toBeLessThan(text.indexOf('"b"'));
    const lines = text.split('\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.length).toBeLessThan(20);
    expect(lines.filter((line) => line.length > 110)).toHaveLength(1); // a string can't be broken
  });
});
