/** Colours of classes. */
import { z } from 'zod';
import { shortHexColour } from './colour.ts';

const listSchema = z.array(shortHexColour).min(1, 'must hold a colour');
const byClassSchema = z
  .record(z.string().min(1), shortHexColour)
  .refine((colours) => Object.keys(colours).length > 0, 'must name a class');
const WAYS =
  'a list of colours such as ["#1f77b4", "#ff7f0e"], or colours by class such as { cat: "#1f77b4" }';
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
