import { z } from 'zod';

/** `#rrggbb`. */
export const hexColour = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as "#1f77b4"');
