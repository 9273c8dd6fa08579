import { describe, expect, it } from 'vitest';
import { animationSchema, runFileSchema } from '../../integrations/embedding-animation/options/index.ts';
import { listVariants, variantFile } from '../../integrations/embedding-animation/variants.ts';

/** Name, size and theme of each set of pictures. */
function list(options: object): string[] {
  return listVariants(animationSchema.parse(options)).map(
    ({ name, arrangement, look }) => `${name}:${arrangement} ${look.width}×${look.height} ${look.theme}`,
  );
}

describe('the sets of pictures', () => {
  it('are the main one and a portrait one, in the theme that was asked for', () => {
    expect(list({})).toEqual([':main 1200×800 light', 'portrait:portrait 720×1260 light']);
    expect(list({ theme: 'dark' })).toEqual([':main 1200×800 dark', 'portrait:portrait 720×1260 dark']);
  });

  it('are twice as many with both themes, the light ones first', () => {
    expect(list({ theme: 'both' })).toEqual([
      ':main 1200×800 light',
      'dark:main 1200×800 dark',
      'portrait:portrait 720×1260 light',
      'portrait-dark:portrait 720×1260 dark',
    ]);
  });

  it('have no portrait one where it is not wanted or the main one is one', () => {
    expect(list({ portrait: false })).toEqual([':main 1200×800 light']);
    expect(list({ width: 800, height: 1200 })).toEqual([':main 800×1200 light']);
    expect(list({ width: 800, height: 800 })).toHaveLength(2);
  });

  it('have the portrait size that was asked for', () => {
    expect(list({ portrait: { width: 540, height: 960 } })[1]).toBe('portrait:portrait 540×960 light');
  });

  it('differ from today’s look in nothing else', () => {
    const { theme, portrait, ...rest } = animationSchema.parse({ palette: ['#123456'], holdSeconds: 1 });
    expect([theme, portrait]).toEqual(['light', true]);
    expect(listVariants({ theme, portrait, ...rest })[0].look).toEqual({ ...rest, theme: 'light' });
  });

  it('are told apart by the names of their files', () => {
    const names = listVariants(animationSchema.parse({ theme: 'both' })).map((variant) =>
      variantFile('animation', variant, 'gif'),
    );
    expect(names).toEqual([
      'animation.gif',
      'animation.dark.gif',
      'animation.portrait.gif',
      'animation.portrait-dark.gif',
    ]);
  });
});

describe('the option portrait', () => {
  it.each([{ width: 720, height: 720 }, { width: 1200, height: 800 }, { width: 720 }, 'yes'])(
    'is refused as %j',
    (portrait) => {
      expect(animationSchema.safeParse({ portrait }).success).toBe(false);
    },
  );

  it('may be said by a run', () => {
    const file = runFileSchema.parse({
      title: 'T',
      dataset: { type: 'image-folder', path: 'x' },
      animation: { portrait: false, theme: 'both' },
    });
    expect(file.animation).toEqual({ portrait: false, theme: 'both' });
  });
});
