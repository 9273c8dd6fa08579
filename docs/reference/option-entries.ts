/** The keys of an option schema: what each takes and does, from the schema and the comments above its keys. */
import type { $ZodType } from 'zod/v4/core';
import type { TypedSchema } from './schema-comments.ts';
import { describeType, unwrap } from './schema-types.ts';

/** One key. */
export interface OptionEntry {
  /** Its name with those of the keys around it, such as `cache.maxAgeDays`. */
  readonly path: string;
  readonly isRequired: boolean;
  readonly type: string;
  /** What it does, as its comment says. */
  readonly text: string;
  /** What is taken where it is absent: a value as one types it, or words. */
  readonly defaultText: string | undefined;
  /** Whether `defaultText` is a value, which the schema has confirmed. */
  readonly isLiteralDefault: boolean;
  /** Whether it holds keys of its own; they follow it. */
  readonly isGroup: boolean;
}

/** Keys, and what is wrong with their comments. */
export interface DocumentedOptions {
  readonly entries: readonly OptionEntry[];
  /** One sentence a fault: a key without comment, a default that the schema contradicts. */
  readonly problems: readonly string[];
}

/**
 * Lists the keys of an object schema in the order of its source, each followed by its own keys.
 * @param leaf paths whose keys are described elsewhere
 */
export function listOptions(
  schema: $ZodType,
  typed: TypedSchema,
  leaf: ReadonlySet<string> = new Set(),
): DocumentedOptions {
  const entries: OptionEntry[] = [];
  const problems: string[] = [];
  const visit = (object: $ZodType, objectType: TypedSchema, prefix: string): void => {
    const { schema: inner, depth } = unwrap(object);
    const { def } = inner._zod;
    if (def.type !== 'object') return;
    const keys = unwrapType(objectType, depth).keys();
    for (const [key, value] of Object.entries(def.shape)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const found = keys.get(key);
      const { isOptional, defaultValue, schema: bare } = unwrap(value);
      if (bare._zod.def.type === 'literal' && !isOptional) continue; // `type` of a kind: its heading says it
      const text = found?.comment.text ?? '';
      const defaultText = found?.comment.defaultText;
      const isGroup = bare._zod.def.type === 'object';
      if (text === '') problems.push(`${path} has no comment`);
      problems.push(...compareDefault(path, defaultText, defaultValue));
      entries.push({
        path,
        isRequired: !isOptional,
        type: describeType(value),
        text,
        defaultText,
        isLiteralDefault: defaultValue !== undefined,
        isGroup,
      });
      if (isGroup && !leaf.has(path) && found !== undefined) visit(value, found.schema, path);
    }
  };
  visit(schema, typed, '');
  return { entries, problems };
}

/** Takes as many wrappers off a schema's type as were taken off the schema. */
export function unwrapType(typed: TypedSchema, depth: number): TypedSchema {
  let inner = typed;
  for (let taken = 0; taken < depth; taken++) inner = inner.parts()[0] ?? inner;
  return inner;
}

function compareDefault(path: string, defaultText: string | undefined, value: unknown): string[] {
  if (value === undefined) return [];
  if (defaultText === undefined) {
    return [`${path} has the default ${JSON.stringify(value)}, which its comment does not say`];
  }
  return canonical(defaultText) === JSON.stringify(value)
    ? []
    : [`${path} has the default ${JSON.stringify(value)}, but its comment says ${defaultText}`];
}

/** `'light'` and `20_000` as JSON writes them. */
function canonical(literal: string): string {
  if (/^'.*'$/s.test(literal)) return JSON.stringify(literal.slice(1, -1));
  if (/^-?\d[\d_]*(\.\d+)?$/.test(literal)) return literal.replaceAll('_', '');
  return literal.replaceAll(/\s/g, '');
}
