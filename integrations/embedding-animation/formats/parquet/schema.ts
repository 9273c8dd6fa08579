/** What a Parquet file's footer says of its columns, as plain data that may go from process to process. */
import type { SchemaElement, SchemaTree } from 'hyparquet';

/** What values stand for. `other`: dates, decimals and the like. */
export type Meaning = 'boolean' | 'integer' | 'float' | 'text' | 'bytes' | 'other';

/** A node of the schema: a group of columns, or a column that has values. */
export interface SchemaNode {
  readonly name: string;
  /** Names from below the root to this node. */
  readonly path: readonly string[];
  readonly children: readonly SchemaNode[];
  /** `undefined` for a group. */
  readonly leaf: Leaf | undefined;
}

/** A column that has values. */
export interface Leaf {
  readonly path: readonly string[];
  readonly meaning: Meaning;
  /** Whether float32 holds its numbers exactly. */
  readonly isFloat32: boolean;
  /** Repeated nodes on the way: 1 for a list of values. */
  readonly repetitions: number;
  /** Rows that are null; `undefined` where the footer does not tell. */
  readonly nulls: number | undefined;
  /** Values in the whole file, and places without one. */
  readonly entries: number;
}

/** What the footer counts of a column, over all row groups. */
export type CountLeaf = (path: readonly string[]) => Pick<Leaf, 'nulls' | 'entries'>;

/** A tree with more levels is no table. */
const DEEPEST_LEVEL = 64;

/** Describes the schema. @throws RangeError for a tree that is no table's */
export function describeSchema(tree: SchemaTree, countLeaf: CountLeaf, repetitions = 0): SchemaNode {
  const { element, path, children } = tree;
  if (path.length > DEEPEST_LEVEL) throw new RangeError('the schema has too many levels');
  const repeated = repetitions + (path.length > 0 && element.repetition_type === 'REPEATED' ? 1 : 0);
  return {
    name: element.name,
    path,
    children: children.map((child) => describeSchema(child, countLeaf, repeated)),
    leaf: element.type === undefined ? undefined : describeLeaf(element, path, repeated, countLeaf),
  };
}

function describeLeaf(
  element: SchemaElement,
  path: readonly string[],
  repetitions: number,
  countLeaf: CountLeaf,
): Leaf {
  const meaning = findMeaning(element);
  const isFloat32 = meaning === 'float' && element.type !== 'DOUBLE';
  return { path, meaning, isFloat32, repetitions, ...countLeaf(path) };
}

function findMeaning({ type, converted_type: converted, logical_type: logical }: SchemaElement): Meaning {
  switch (type) {
    case 'FLOAT':
    case 'DOUBLE':
      return 'float';
    case 'BOOLEAN':
      return 'boolean';
    case 'FIXED_LEN_BYTE_ARRAY':
      return logical?.type === 'FLOAT16' ? 'float' : 'other';
    case 'BYTE_ARRAY':
      if (converted === 'UTF8' || converted === 'ENUM') return 'text';
      if (logical?.type === 'STRING' || logical?.type === 'ENUM') return 'text';
      return isPlain(converted, logical) ? 'bytes' : 'other';
    case 'INT32':
    case 'INT64':
      if (converted !== undefined && !/^U?INT_/.test(converted)) return 'other';
      return logical?.type === 'INTEGER' || isPlain(undefined, logical) ? 'integer' : 'other';
    default:
      return 'other';
  }
}

function isPlain(converted: unknown, logical: SchemaElement['logical_type']): boolean {
  return converted === undefined && (logical === undefined || logical.type === 'NULL');
}
