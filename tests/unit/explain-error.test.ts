import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  EmbeddingAnimationError,
  makeError,
  originOf,
  withPlace,
} from '../../integrations/embedding-animation/errors.ts';
import { explainError } from '../../integrations/embedding-animation/explain-error.ts';
import {
  describeFailure,
  describeFailureLines,
} from '../../integrations/embedding-animation/engine/failures.ts';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

const coded = (code: string): Error =>
  Object.assign(new Error(`${code}: said`), { code, syscall: 'open', path: '/secret/of/mine/a.png' });

describe('explainError', () => {
  it('gives an error of the catalogue the place that it lacks', () => {
    const error = makeError('EmbeddingsInvalid', 'unknownFormat', undefined, { file: 'a.npy' });
    const explained = explainError(error, { run: 'tiny', file: 'other' });
    expect(explained.name).toBe('EmbeddingsInvalid');
    expect(explained.place).toEqual({ run: 'tiny', step: undefined, file: 'a.npy' });
  });

  it.each([
    ['ENOSPC', /a disk is full \(ENOSPC\)/, /Free some space/],
    ['EMFILE', /too many files are open/, /ulimit -n/],
    ['EACCES', /may not be opened/, /readable/],
    ['ENOMEM', /not enough memory/, /threads/],
    ['ENOENT', /went away/, /Put it back/],
    ['EIO', /the system refused it \(EIO\)/, /--verbose/],
  ])('says what the system refused: %s', (code, problem, hint) => {
    const { name, message, hint: told, place, cause } = explainError(coded(code), { run: 'tiny' });
    expect(name).toBe('SystemRefused');
    expect(message).toMatch(problem);
    expect(told).toMatch(hint);
    expect(place).toEqual({ run: 'tiny', step: undefined, file: 'a.png' });
    expect(message).not.toContain('/secret');
    expect(cause).toBeInstanceOf(Error);
  });

  it.each([
    ['an allocation', new RangeError('Array buffer allocation failed')],
    ['a library', new Error('std::bad_alloc')],
    ['a thread', Object.assign(new Error('Worker terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })],
  ])('tells that memory has run out in %s', (_, error) => {
    expect(explainError(error).message).toContain('there is not enough memory');
  });

  it.each([
    ['a TypeError', thrownBy(() => (undefined as unknown as { a: { b: 1 } }).a.b), /TypeError: .*undefined/],
    [
      'a schema',
      thrownBy(() => z.object({ a: z.array(z.number()) }).parse({ a: [1, 'x'] })),
      /a\.1: .*expected number/i,
    ],
    ['several', new AggregateError([new SyntaxError('first'), new Error('second')]), /SyntaxError: first$/],
    ['an error without words', new Error(), /Error$/],
    ['no error', 'text', /thrown: 'text'/],
    ['nothing', undefined, /thrown: undefined/],
    ['an object', { code: 7 }, /thrown: \{ code: 7 \}/],
    ['a long text', new Error('first line\nsecond line'), /Error: first line$/],
  ])('calls what nobody foresaw a fault of ours: %s', (_, error, message) => {
    const explained = explainError(error, { run: 'tiny' });
    expect(explained.name).toBe('Unforeseen');
    expect(explained.message).toMatch(/^run "tiny": something happened that was not foreseen: /);
    expect(explained.message).toMatch(message);
    expect(explained.hint).toMatch(/fault of ours: please report it at https:.*--verbose/);
    expect(explained.cause).toBe(error);
  });

  it('keeps the places that an error of another kind came through', async () => {
    const work = withPlace({ run: 'tiny' }, () =>
      withPlace({ step: 40, file: 'a.png' }, () => Promise.reject(new TypeError('boom'))),
    );
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(explainError(error).message).toMatch(/^run "tiny", step 40, a\.png: .*boom/);
  });

  it('survives a transfer between threads with name, place, hint and stack', () => {
    const error = explainError(new TypeError('boom'), { step: 3 });
    const sent = structuredClone(error.toTransferable());
    const received = EmbeddingAnimationError.fromTransferable(sent);
    const { name, message, hint, place } = error;
    expect(received).toMatchObject({ name, message, hint, place });
    expect(originOf(received)).toContain('TypeError: boom');
    expect(originOf(received)).toContain('explain-error.test.ts');
  });

  it('shows no stack where Astro prints all that an error has', () => {
    const plain = explainError(new TypeError('boom')).withoutOrigin();
    expect(plain.cause).toBeUndefined();
    expect(plain.stack).toBe('');
    expect(plain.hint).toContain('report');
  });
});

describe('originOf', () => {
  it('ends where causes go round in circles', () => {
    const error = new Error('round');
    error.cause = error;
    expect(originOf(error)).toContain('Caused by: Error: round');
  });
});

describe('a failure of a run', () => {
  it('has a hint and no stack, whatever it is', async () => {
    for (const error of [
      new TypeError('boom'),
      await readFile('/not/there').catch((thrown: unknown) => thrown),
      'text',
    ]) {
      const { message, hint } = describeFailure({ run: 'tiny', error });
      expect(message).toMatch(/^run "tiny"/);
      expect(hint).not.toBe('');
      expect(describeFailureLines({ run: 'tiny', error })).toBe(`${message}\n  Hint: ${hint}`);
    }
  });
});

describe('names from files', () => {
  it('can not steer a terminal through an error', () => {
    const error = makeError(
      'DatasetInvalid',
      'shardTwice',
      { name: '\u001b[2Jgone\r\u009b1m' },
      {
        file: 'a\u001b]0;title\u0007.png',
        run: 'r\u202e',
      },
    );

    expect(error.message + error.hint).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(error.message).toContain('\\u001b');
  });
});
