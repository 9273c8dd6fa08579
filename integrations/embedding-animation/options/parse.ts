import type { z } from 'zod';
import { EmbeddingAnimationError, type ErrorName, type ErrorPlace } from '../errors.ts';

/**
 * Parses `value` by `schema`.
 * @throws EmbeddingAnimationError named `name` that lists every key that is wrong, with its path
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: ErrorName,
  place: ErrorPlace & { readonly hint: string },
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new EmbeddingAnimationError(name, { ...place, problem: describeIssues(parsed.error) });
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`))
    .join('; ');
}
