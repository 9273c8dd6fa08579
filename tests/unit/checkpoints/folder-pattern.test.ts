import { expect, it } from 'vitest';
import { matchName } from '../../../integrations/embedding-animation/checkpoints/folder-pattern.ts';

const match = (name: string, pattern: string) => matchName(name, pattern.split('*'));

it.each([
  ['checkpoint-12', 'checkpoint-*', ['12']],
  ['step12-epoch3', 'step*-epoch*', ['12', '3']],
  ['a-b-c', '*-*', ['a-b', 'c']],
  ['aaa', '*a*', ['aa', '']],
  ['ab', '**', ['ab', '']],
  ['x', '*', ['x']],
  ['aba', 'ab*ba', undefined],
  ['ac', 'a*b*c', undefined],
  ['checkpoint', 'checkpoint-*', undefined],
])('%s by %s is %j', (name, pattern, captures) => {
  const expression = new RegExp(`^${pattern.replaceAll('*', '(.*)')}$`, 'su');
  expect(match(name, pattern)).toEqual(captures);
  expect(expression.exec(name)?.slice(1)).toEqual(captures); // the longest first, as an expression shares it
});

it('a name and a pattern of many stars are compared at once', () => {
  const start = performance.now();
  expect(match(`${'a'.repeat(250)}b`, '*a'.repeat(20) + 'c')).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(2000);
});
