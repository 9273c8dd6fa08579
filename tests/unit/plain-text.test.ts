import { describe, expect, it } from 'vitest';
import { showControls } from '../../integrations/embedding-animation/plain-text.ts';

describe('showControls', () => {
  it('writes out what steers a terminal, and nothing else', () => {
    expect(showControls('\u001b[31mred\u001b[0m')).toBe('\\u001b[31mred\\u001b[0m');
    expect(showControls('a\rb\u0007c\u009b1m\u007f\0')).toBe('a\\u000db\\u0007c\\u009b1m\\u007f\\u0000');
    expect(showControls('\u202egnp.exe\u2066')).toBe('\\u202egnp.exe\\u2066');
    const plain = 'Ein Name\tmit Zeilen\nund 花, 👩‍💻, \u200fعربي';
    expect(showControls(plain)).toBe(plain);
  });

  it('leaves a text in JSON with the same meaning', () => {
    const value = { name: '\u009bname\u007f\u001b' };
    expect(JSON.parse(showControls(JSON.stringify(value)))).toEqual(value);
  });
});
