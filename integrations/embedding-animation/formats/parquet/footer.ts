/**
 * What a Parquet file's footer says of its columns and where they lie
 * (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).
 */
import { readThrift, type ThriftStruct } from './thrift.ts';

/** How values are stored. */
export type PhysicalType = (typeof PHYSICAL_TYPES)[number];

const PHYSICAL_TYPES = [
  ...(['boolean', 'int32', 'int64', 'int96', 'float', 'double', 'bytes', 'fixed'] as const),
] as const;

const CODECS = ['none', 'snappy', 'gzip', 'lzo', 'brotli', 'lz4', 'zstd', 'lz4_raw'] as const;

/** How pages are compressed. */
export type Codec = (typeof CODECS)[number];

/** What values stand for. `other`: dates, decimals and the like. */
export type Meaning = 'boolean' | 'integer' | 'float' | 'text' | 'bytes' | 'other';

/** A node of the schema: a group of columns, or a column that has values. */
export interface SchemaNode {
  readonly name: string;
  /** Names from below the root to this node. */
  readonly path: readonly string[];
  readonly children: readonly SchemaNode[];
  readonly repetition: 'required' | 'optional' | 'repeated';
  /** `undefined` for a group. */
  readonly leaf: Leaf | undefined;
}

/** A column that has values. */
export interface Leaf {
  /** Its number among the columns that have values. */
  readonly index: number;
  readonly path: readonly string[];
  readonly type: PhysicalType;
  /** Bytes of a value of the type `fixed`. */
  readonly length: number;
  readonly meaning: Meaning;
  /** Whether a whole number has no sign. */
  readonly isUnsigned: boolean;
  /** Definition level of a value that is there: nodes on the way that may be missing. */
  readonly definitions: number;
  /** Repeated nodes on the way. */
  readonly repetitions: number;
  /** Definition level from which on the innermost repeated node has an element. */
  readonly elementDefinition: number;
}

/** Rows that lie together. */
export interface RowGroup {
  readonly rows: number;
  /** One structure a column that has values. */
  readonly chunks: readonly ThriftStruct[];
}

/** A column's values in one row group. */
export interface ColumnChunk {
  readonly codec: Codec;
  readonly values: number;
  /** First byte in the file. */
  readonly start: number;
  readonly bytes: number;
  /** Rows that are null; `undefined` where the footer does not tell. */
  readonly nulls: number | undefined;
  /** Where the places of its pages are listed. */
  readonly offsetIndex: { readonly start: number; readonly bytes: number } | undefined;
}

/** A footer that has been read. */
export interface Footer {
  readonly rows: number;
  readonly root: SchemaNode;
  readonly groups: readonly RowGroup[];
  /** What the writer says in its own words. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A tree with more levels is no table. */
const DEEPEST_LEVEL = 64;
/** Bytes of a value of fixed length: longer ones are not numbers. */
const LONGEST_FIXED = 1 << 20;

/** Numbers of converted types that are read. */
const CONVERTED = { text: 0, enumeration: 4, firstUnsigned: 11, lastInteger: 18 };
/** Fields of the union of logical types. */
const LOGICAL = { string: 1, enumeration: 4, integer: 10, nothing: 11, float16: 15 };

/**
 * Parses a footer, without its length and magic, and checks its counts against each other and the file's size.
 * @throws RangeError
 */
export function parseFooter(bytes: Uint8Array, fileSize: number): Footer {
  const { struct } = readThrift(bytes);
  const root = parseSchema(struct.structs(2));
  const columns = countLeaves(root);
  const groups = struct.structs(4).map((group): RowGroup => {
    const chunks = group.structs(1);
    if (chunks.length !== columns)
      throw new RangeError(`a row group has ${chunks.length} columns, and the schema ${columns}`);
    return { rows: group.size(3), chunks };
  });
  const rows = struct.size(3);
  const inGroups = groups.reduce((sum, group) => sum + group.rows, 0);
  if (inGroups !== rows) throw new RangeError(`it has ${rows} rows, and its row groups ${inGroups}`);
  if (rows > 8 * fileSize && rows > MOST_FREE_ROWS)
    throw new RangeError(`it can not hold ${rows} rows in ${fileSize} bytes`);
  const metadata = struct
    .structs(5)
    .map((pair): [string, string] => [pair.text(1), pair.has(2) ? pair.text(2) : '']);
  return { rows, root, groups, metadata: new Map(metadata) };
}

/** Rows that a file of any size may have: a run of equal values takes no room. */
const MOST_FREE_ROWS = 1 << 22;

/**
 * Where a column lies in a row group.
 * @throws RangeError when it lies outside of the file, or the footer contradicts itself
 */
export function findChunk(group: RowGroup, leaf: Leaf, fileSize: number): ColumnChunk {
  const chunk = group.chunks[leaf.index]!; // the footer has as many as the schema has leaves
  const name = leaf.path.join('.');
  if (chunk.has(1) && chunk.text(1) !== '') throw new RangeError(`the column "${name}" lies in another file`);
  if (chunk.has(8) && !chunk.has(3)) throw new RangeError(`the column "${name}" is encrypted`);
  const meta = chunk.struct(3);
  if (meta.texts(3).join('\0') !== leaf.path.join('\0'))
    throw new RangeError(`a row group has another column in the place of "${name}"`);
  const codec = CODECS[meta.size(4)];
  if (codec === undefined) throw new RangeError(`the column "${name}" is compressed in an unknown way`);
  const [start, bytes] = [Math.min(meta.optionalSize(11) || Infinity, meta.size(9)), meta.size(7)];
  if (start + bytes > fileSize) throw new RangeError(`the column "${name}" lies behind the file's end`);
  const values = meta.size(5);
  if (values < group.rows) throw new RangeError(`the column "${name}" has ${values} values of ${group.rows}`);
  const [indexStart, indexBytes] = [chunk.optionalSize(4), chunk.optionalSize(5)];
  return {
    codec,
    values,
    start,
    bytes,
    nulls: meta.optionalStruct(12)?.optionalSize(3),
    offsetIndex:
      indexStart === undefined || indexBytes === undefined || indexStart + indexBytes > fileSize
        ? undefined
        : { start: indexStart, bytes: indexBytes },
  };
}

/** Puts the schema's elements, a list in depth-first order, back into a tree. */
function parseSchema(elements: readonly ThriftStruct[]): SchemaNode {
  let [next, leaves] = [0, 0];
  const parse = (parent: NodePlace): SchemaNode => {
    const element = elements[next++];
    if (element === undefined) throw new RangeError('the schema has fewer elements than it says');
    if (parent.path.length > DEEPEST_LEVEL) throw new RangeError('the schema has too many levels');
    const place = placeNode(element, parent);
    const count = element.optionalSize(5) ?? 0;
    if (count > elements.length - next) throw new RangeError('the schema has fewer elements than it says');
    const children = Array.from({ length: count }, () => parse(place));
    const leaf = element.has(1) ? parseLeaf(element, place, leaves++) : undefined;
    if (leaf !== undefined && count > 0) throw new RangeError('the schema has a column with columns in it');
    return { name: place.path.at(-1) ?? '', path: place.path, repetition: place.repetition, children, leaf };
  };
  const root = parse(ABOVE);
  if (next < elements.length) throw new RangeError('the schema has more elements than it says');
  return root;
}

/** Where a node lies in the tree. */
interface NodePlace extends Pick<Leaf, 'path' | 'definitions' | 'repetitions' | 'elementDefinition'> {
  readonly repetition: SchemaNode['repetition'];
  readonly isRoot: boolean;
}

const ABOVE: NodePlace = {
  path: [],
  definitions: 0,
  repetitions: 0,
  elementDefinition: 0,
  repetition: 'required',
  isRoot: false,
};

function placeNode(element: ThriftStruct, parent: NodePlace): NodePlace {
  if (parent === ABOVE) return { ...ABOVE, isRoot: true };
  const repetition = (['required', 'optional', 'repeated'] as const)[element.optionalSize(3) ?? 0];
  if (repetition === undefined)
    throw new RangeError('the schema has a column that repeats in an unknown way');
  const definitions = parent.definitions + (repetition === 'required' ? 0 : 1);
  return {
    path: [...parent.path, element.text(4)],
    definitions,
    repetitions: parent.repetitions + (repetition === 'repeated' ? 1 : 0),
    elementDefinition: repetition === 'repeated' ? definitions : parent.elementDefinition,
    repetition,
    isRoot: false,
  };
}

function parseLeaf(element: ThriftStruct, place: NodePlace, index: number): Leaf {
  const { path, definitions, repetitions, elementDefinition } = place;
  const type = PHYSICAL_TYPES[element.size(1)];
  if (type === undefined) throw new RangeError(`the column "${path.join('.')}" has an unknown type`);
  const length = element.optionalSize(2) ?? 0;
  if (type === 'fixed' && (length === 0 || length > LONGEST_FIXED))
    throw new RangeError(`the column "${path.join('.')}" has values of ${length} bytes`);
  const meaning = findMeaning(element, type, length);
  const isUnsigned = isUnsignedInteger(element);
  return { index, path, type, length, meaning, isUnsigned, definitions, repetitions, elementDefinition };
}

function findMeaning(element: ThriftStruct, type: PhysicalType, length: number): Meaning {
  const converted = element.optionalSize(6);
  const logical = element.optionalStruct(10);
  const isOneOf = (...fields: number[]): boolean => fields.some((field) => logical?.has(field) === true);
  if (type === 'float' || type === 'double') return 'float';
  if (type === 'boolean') return 'boolean';
  if (type === 'fixed') return length === 2 && isOneOf(LOGICAL.float16) ? 'float' : 'other';
  if (type === 'bytes') {
    if (converted === CONVERTED.text || converted === CONVERTED.enumeration) return 'text';
    if (isOneOf(LOGICAL.string, LOGICAL.enumeration)) return 'text';
    return converted === undefined && (logical === undefined || isOneOf(LOGICAL.nothing)) ? 'bytes' : 'other';
  }
  if (type === 'int96') return 'other';
  if (converted !== undefined && (converted < CONVERTED.firstUnsigned || converted > CONVERTED.lastInteger))
    return 'other';
  return logical === undefined || isOneOf(LOGICAL.integer, LOGICAL.nothing) ? 'integer' : 'other';
}

/** Converted types 11 to 14 have no sign; of logical types, the second field tells. */
function isUnsignedInteger(element: ThriftStruct): boolean {
  const integer = element.optionalStruct(10)?.optionalStruct(LOGICAL.integer);
  if (integer !== undefined) return integer.boolean(2) === false;
  const converted = element.optionalSize(6) ?? 0;
  return converted >= CONVERTED.firstUnsigned && converted < CONVERTED.firstUnsigned + 4;
}

function countLeaves(node: SchemaNode): number {
  return node.children.reduce((sum, child) => sum + countLeaves(child), node.leaf === undefined ? 0 : 1);
}
