import { describe, expect, it } from 'vitest';
import { slugOf } from '../../integrations/embedding-animation/run-slug.ts';

describe('slugOf', () => {
  it.each(['emoji', 'cifar10-vit.v2_b', '花の分類', 'שלום', 'ünïcode'])('leaves %s as it is', (id) => {
    expect(slugOf(id)).toBe(id);
  });

  it.each([
    ['my run (1)', /^my-run-1-[0-9a-f]{8}$/],
    ['50% more', /^50-more-[0-9a-f]{8}$/],
    ['a#b', /^a-b-[0-9a-f]{8}$/],
    ['%23', /^23-[0-9a-f]{8}$/],
    ['ends.', /^ends-[0-9a-f]{8}$/],
    ['🐙', /^run-[0-9a-f]{8}$/],
  ])('makes %j plain', (id, slug) => {
    expect(slugOf(id)).toMatch(slug);
  });

  it('gives no two ids the same', () => {
    const ids = ['a b', 'a-b', 'a#b', 'a  b', ' a b', 'a?b'];
    expect(new Set(ids.map(slugOf)).size).toBe(ids.length);
    expect(slugOf(slugOf('a b'))).toBe(slugOf('a b'));
  });

  it('is the same for composed and combining characters', () => {
    expect(slugOf('u\u0308 x')).toBe(slugOf('ü x'));
  });

  it('keeps long names within what file systems allow, and letters whole', () => {
    const slug = slugOf('नमस्ते'.repeat(40));
    expect(Buffer.byteLength(slug)).toBeLessThan(120);
    expect(slug).toMatch(/^नमस्ते.*-[0-9a-f]{8}$/);
  });
});
