/** Colours of classes. */
import { z } from 'zod';
import { shortHexColour } from './colour.ts';

const listSchema = z.array(shortHexColour).min(1, 'must hold a colour');
const byClassSchema = z
  .record(z.string().min(1), shortHexColour)
  .refine((colours) => Object.keys(colours).length > 0, 'must name a class');
const WAYS = 'a list of colours such as ["#1f77b4", "#ff7f0e"], or colours by class such as { cat: "#1f77b4" }';
const oneThemeSchema = z.union([listSchema, byClassSchema], `must be ${WAYS}`);

/**
 * Colours of classes: a list in class order; a mapping from names of classes to their colours; or one of these for
 * each theme. Only the last has values that are no colours, so that classes may be called `light` and `dark`.
 */
export const paletteSchema = z.union(
  [
    listSchema,
    byClassSchema,
    z
      .strictObject({ light: oneThemeSchema.optional(), dark: oneThemeSchema.optional() })
      .refine(({ light, dark }) => light !== undefined || dark !== undefined, {
        error: 'must name a theme',
        abort: true,
      }),
  ],
  `must be ${WAYS}; or one of them for each theme, { light: …, dark: … }`,
);

/** Colours in class order, or by the names of classes. */
export type ThemePalette = z.output<typeof oneThemeSchema>;
/** What `palette` says, for one theme or for each. */
export type Palette = z.output<typeof paletteSchema>;

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
