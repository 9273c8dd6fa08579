/** What a zod schema takes, in words. */
import type { z } from 'zod';
import type { $ZodType, $ZodTypes } from 'zod/v4/core';

/** A schema without what is wrapped around it, and what the wrappers say. */
export interface Unwrapped {
  readonly schema: $ZodTypes;
  /** How many wrappers were taken off, so that its type can be unwrapped alike. */
  readonly depth: number;
  readonly isOptional: boolean;
  /** The value that an absent one is taken for; of objects the keys say it. */
  readonly defaultValue: unknown;
}

/** Takes `optional`, `default` and the like off a schema. */
export function unwrap(schema: $ZodType): Unwrapped {
  let inner = known(schema);
  let depth = 0;
  let isOptional = false;
  let defaultValue: unknown;
  for (;;) {
    const { def } = inner._zod;
    if (def.type === 'default') defaultValue = def.defaultValue;
    if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault') {
      isOptional = true;
      inner = known(def.innerType);
    } else if (def.type === 'nullable' || def.type === 'readonly' || def.type === 'nonoptional') {
      inner = known(def.innerType);
    } else if (def.type === 'pipe' && known(def.in)._zod.def.type !== 'transform') {
      inner = known(def.in);
    } else {
      return { schema: inner, depth, isOptional, defaultValue };
    }
    depth += 1;
  }
}

/** Most keys that are listed where an object is one of several things that a value may be. */
const KEYS_LISTED = 4;

/**
 * Says what a value has to be: "whole number, 320 to 4096", "`light` or `dark`".
 * @throws Error for a kind of schema that has no words yet
 */
export function describeType(schema: $ZodType): string {
  const inner = unwrap(schema).schema;
  const { def } = inner._zod;
  switch (def.type) {
    case 'string':
      return describeText(inner as unknown as z.ZodString); // `def.type` says so
    case 'number':
      return describeNumber(inner as unknown as z.ZodNumber); // `def.type` says so
    case 'boolean':
      return '`true` or `false`';
    case 'literal':
      return joinChoices(def.values.map((value) => `\`${String(value)}\``));
    case 'enum':
      return joinChoices(Object.values(def.entries).map((value) => `\`${value}\``));
    case 'array':
      return `list, each ${describePart(def.element, ' or ')}`;
    case 'tuple':
      return `list of ${def.items.length}, each ${describePart(def.items[0]!, ' or ')}`;
    case 'record':
      return `mapping from names to ${describePart(def.valueType, ' or ')}`;
    case 'union':
      return describePart(inner, '; or ');
    case 'object':
      return 'keys, as below';
    case 'unknown':
    case 'any':
      return 'any value';
    case 'transform':
    case 'custom':
      return 'a value, as below';
    default:
      throw new Error(`a schema of type "${def.type}" has no words in the reference`);
  }
}

/** The same for a part of a type; what a value may be stands with `or` between. Its keys have no entries of their own. */
function describePart(schema: $ZodType, or: string): string {
  const { def } = unwrap(schema).schema._zod;
  if (def.type === 'union') {
    return [...new Set(def.options.map((option) => describePart(option, or)))].join(or);
  }
  if (def.type !== 'object') return describeType(schema);
  const keys = Object.keys(def.shape);
  return keys.length > KEYS_LISTED ? 'keys of its own' : `\`{ ${keys.join(', ')} }\``;
}

function describeText(schema: z.ZodString): string {
  if (schema.format === 'url') return 'URL';
  // What the schema says of a text that it refuses tells more than its pattern does.
  const message = schema.safeParse('\0').error?.issues[0]?.message;
  return message === undefined ? 'text' : message.replace(/^must be /, '');
}

function describeNumber({ format, minValue, maxValue }: z.ZodNumber): string {
  const name = format === 'safeint' || format === 'int32' ? 'whole number' : 'number';
  const low = minValue !== null && minValue > Number.MIN_SAFE_INTEGER ? minValue : undefined;
  const high = maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER ? maxValue : undefined;
  if (low !== undefined && high !== undefined) return `${name}, ${low} to ${high}`;
  if (low !== undefined) return `${name}, ${low} or more`;
  if (high !== undefined) return `${name}, ${high} or less`;
  return name;
}

function joinChoices(choices: readonly string[]): string {
  if (choices.length < 2) return choices.join('');
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)!}`;
}

/** zod's functions take any schema; all that exist are of its own kinds. */
function known(schema: $ZodType): $ZodTypes {
  return schema as $ZodTypes;
}
