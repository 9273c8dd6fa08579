/** Image files with the pixels that Python sees in them, as `tests/golden/images/*.py` write them. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const base64Bytes = z.string().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));

/** `[height × width × 3]` */
export const goldenPixels = z.object({ width: z.number(), height: z.number(), rgb: base64Bytes });

/** Reads a golden file of this folder by a schema. */
export function readGoldenImages<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
): Record<string, z.output<Schema>> {
  const text = readFileSync(new URL(`../golden/images/${name}`, import.meta.url), 'utf8');
  return z.record(z.string(), schema).parse(JSON.parse(text));
}
