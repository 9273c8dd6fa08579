import { z } from 'zod';

/** `#rrggbb`. */
export const hexColour = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as "#1f77b4"');

/** `#rrggbb`, or `#rgb` for short. */
export const shortHexColour = z
  .string('must be a colour such as "#1f77b4", in quotes: without them # begins a comment')
  .regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'must be a colour such as "#1f77b4" or "#f60"')
  .transform((colour) => (colour.length === 4 ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour));
