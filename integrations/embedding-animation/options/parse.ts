import type { z } from 'zod';
import { makeFileError, type ErrorName, type FilePlace } from '../errors.ts';

/**
 * Parses `value` by `schema`.
 * @throws EmbeddingAnimationError named `name` that lists every key that is wrong, with its path
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: ErrorName,
  place: FilePlace = {},
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw makeFileError(name, 'wrongKeys', { said: describeIssues(parsed.error) }, place);
}

function describeIssues({ issues }: { readonly issues: readonly z.core.$ZodIssue[] }): string {
  return issues
    .flatMap(pickAlternative)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}

/** Where there are several ways to write a value, what is wrong with the one that was most likely meant. */
function pickAlternative(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const alternatives = issue.errors
    .map((issues) => issues.flatMap(pickAlternative))
    .filter((issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0));
  const [meant] = alternatives.sort((a, b) => deepest(b) - deepest(a) || a.length - b.length);
  if (meant === undefined) return [issue];
  return meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function deepest(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}
