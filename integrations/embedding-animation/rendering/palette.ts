/** The option `palette`, read: its parts for a theme, its classes by other names. */
import type { Palette, ThemePalette } from '../options/index.ts';

/** The part of a palette that counts in a theme; `undefined` where it says nothing of that theme. */
export function paletteOf(palette: Palette | undefined, theme: 'light' | 'dark'): ThemePalette | undefined {
  if (palette === undefined || !isByTheme(palette)) return palette;
  return palette[theme];
}

/** The same palette with its classes called by other names. */
export function renamePalette(palette: Palette, rename: (name: string) => string): Palette {
  if (isByTheme(palette)) {
    const { light, dark } = palette;
    return {
      ...(light && { light: renameOne(light, rename) }),
      ...(dark && { dark: renameOne(dark, rename) }),
    };
  }
  return renameOne(palette, rename);
}

function renameOne(palette: ThemePalette, rename: (name: string) => string): ThemePalette {
  if (Array.isArray(palette)) return palette;
  return Object.fromEntries(Object.entries(palette).map(([name, colour]) => [rename(name), colour]));
}

type ByTheme = { readonly light?: ThemePalette | undefined; readonly dark?: ThemePalette | undefined };

function isByTheme(palette: Palette): palette is ByTheme {
  if (Array.isArray(palette)) return false;
  return Object.values(palette).some((value) => typeof value === 'object');
}
