import { describe, expect, it } from 'vitest';
import { runFileSchema } from '../../../integrations/embedding-animation/options/index.ts';

function parse(url: unknown): ReturnType<typeof runFileSchema.safeParse> {
  return runFileSchema.safeParse({
    dataset: { type: 'image-folder', path: 'images' },
    credit: { text: 'Somebody', url },
  });
}

describe("the address of a run's credit", () => {
  it.each([
    'https://example.org/a?b=c#d',
    'http://example.org',
    'HTTPS://example.org/',
    'mailto:somebody@example.org',
    'https://例え.テスト/花',
  ])('may be %s', (url) => {
    expect(parse(url).data?.credit?.url).toBe(url);
  });

  it.each([' https://example.org/\n', 'https://exam\nple.org/'])('is cleaned of line breaks: %j', (url) => {
    expect(parse(url).data?.credit?.url).toBe('https://example.org/');
  });

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:msgbox(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'blob:https://example.org/1',
    'ftp://example.org/',
    'tel:123',
    '//example.org/',
    '/about',
    'about',
    'example.org',
    'https:example.org',
    'https:/example.org',
    'https://example.org/a b',
    'https://',
    'mailto:',
    '',
    7,
  ])('may not be %j', (url) => {
    const { success, error } = parse(url);
    expect(success).toBe(false);
    if (typeof url === 'string' && url !== '')
      expect(error?.issues[0]?.message).toBe(
        'must be an address that starts with https://, http:// or mailto:',
      );
  });
});
