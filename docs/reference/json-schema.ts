/** The fields of a JSON Schema as rows of a table. */

/** What is read of a JSON Schema: what zod writes for the emitted files. */
interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** One field of a file. */
export interface FieldEntry {
  /** Where it stands: `frames[].outliers[].score`. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly text: string;
}

/** Every field of an object, each followed by its own fields. */
export function listFields(schema: unknown): FieldEntry[] {
  const entries: FieldEntry[] = [];
  const visit = (object: JsonSchema, prefix: string): void => {
    for (const [name, field] of Object.entries(object.properties ?? {})) {
      const path = `${prefix}${name}`;
      const isRequired = object.required?.includes(name) ?? false;
      entries.push({ path, type: nameType(field), isRequired, text: field.description ?? '' });
      if (field.properties !== undefined) visit(field, `${path}.`);
      else if (field.items?.properties !== undefined) visit(field.items, `${path}[].`);
    }
  };
  visit(schema as JsonSchema, ''); // what zod writes
  return entries;
}

function nameType(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' or ');
  if (schema.prefixItems !== undefined) return `list of ${schema.prefixItems.length} numbers`;
  switch (schema.type) {
    case 'array':
      return `list of ${plural(schema.items ?? {})}`;
    case 'integer':
      return 'whole number';
    case 'string':
      return 'text';
    case 'object':
      return schema.properties === undefined ? 'object, by name' : 'object';
    default:
      return schema.type ?? 'any value';
  }
}

function plural(schema: JsonSchema): string {
  const name = nameType(schema);
  return name === 'text' ? 'texts' : `${name}s`;
}
