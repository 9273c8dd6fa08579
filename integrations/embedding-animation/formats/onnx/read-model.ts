/**
 * What an ONNX model says of itself, read without its weights: the files that they lie in, and the shapes of its
 * outputs (field numbers: onnx/onnx.proto). A message of up to 1 MB is read at once; of larger ones only the fields
 * that are looked for, so a model of gigabytes takes little memory.
 */
import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '../../files.ts';

/** A model as far as it is read. */
export interface OnnxModel {
  /** Paths of external data as they are written in the model, sorted. */
  readonly externalFiles: readonly string[];
  /** Outputs by name: the size of each axis, `undefined` where it is not fixed. */
  readonly outputs: ReadonlyMap<string, readonly (number | undefined)[]>;
}

/** A file that is no ONNX model. */
export class OnnxInvalid extends Error {
  override readonly name = 'OnnxInvalid';
}

type Message =
  | 'model'
  | 'graph'
  | 'node'
  | 'attribute'
  | 'tensor'
  | 'sparse'
  | 'entry'
  | 'function'
  | 'training'
  | 'output'
  | 'type'
  | 'tensorType'
  | 'shape'
  | 'axis';

/** Messages that may hold a tensor or describe an output, by the number of the field they are in. */
const CHILDREN: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 12: 'output', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
  entry: {},
  output: { 2: 'type' },
  type: { 1: 'tensorType' },
  tensorType: { 2: 'shape' },
  shape: { 1: 'axis' },
  axis: {},
};

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Larger messages are not read as a whole. */
const WHOLE_BYTES = 1 << 20;
/** A key and a length. */
const FIELD_START_BYTES = 20;
/** Graphs lie in attributes of nodes of graphs; real models have a handful of levels. */
const DEEPEST = 100;
/** Of the outputs of the model's own graph, not of those in its nodes. */
const OUTPUT_DEPTH = 2;

/**
 * Reads the model at `path`.
 * @throws OnnxInvalid where it is no ONNX model; the file system's error where it can't be read
 */
export async function readOnnxModel(path: string): Promise<OnnxModel> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const found: Found = { externalFiles: new Set(), outputs: new Map(), hasGraph: false };
    await walkFile(file, { message: 'model', start: 0, end: size, depth: 0 }, found);
    if (!found.hasGraph) throw new OnnxInvalid('it has no graph');
    return { externalFiles: [...found.externalFiles].sort(), outputs: found.outputs };
  } finally {
    await file.close();
  }
}

interface Found {
  readonly externalFiles: Set<string>;
  readonly outputs: Map<string, (number | undefined)[]>;
  hasGraph: boolean;
}

/** A message between two bytes. */
interface Range {
  readonly message: Message;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** One field: its content lies between `start` and `end`; `value` is that of a whole number. */
interface Field {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly value: number | undefined;
}

async function walkFile(file: FileHandle, range: Range, found: Found): Promise<void> {
  const { message, start, end, depth } = range;
  checkDepth(depth);
  if (end - start <= WHOLE_BYTES) {
    const bytes = await readBytes(file, start, end - start);
    walkBytes(bytes, { message, start: 0, end: bytes.length, depth }, found);
    return;
  }
  for (let position = start; position < end;) {
    const head = await readBytes(file, position, Math.min(FIELD_START_BYTES, end - position));
    const field = readField(head, 0, end - position);
    const child = CHILDREN[message][field.number];
    note(message, child, found);
    if (child !== undefined) {
      const inner = { message: child, start: position + field.start, end: position + field.end };
      await walkFile(file, { ...inner, depth: depth + 1 }, found);
    }
    position += field.end;
  }
}

function walkBytes(bytes: Buffer, range: Range, found: Found): void {
  const { message, start, end, depth } = range;
  checkDepth(depth);
  if (message === 'entry') {
    noteEntry(bytes.subarray(start, end), found);
    return;
  }
  if (message === 'output') {
    if (depth === OUTPUT_DEPTH) noteOutput(bytes.subarray(start, end), found);
    return;
  }
  for (const field of listFields(bytes, start, end)) {
    const child = CHILDREN[message][field.number];
    note(message, child, found);
    if (child === undefined) continue;
    walkBytes(bytes, { message: child, start: field.start, end: field.end, depth: depth + 1 }, found);
  }
}

function note(message: Message, child: Message | undefined, found: Found): void {
  if (message === 'model' && child === 'graph') found.hasGraph = true;
}

/** StringStringEntryProto of a tensor's external data. */
function noteEntry(bytes: Buffer, found: Found): void {
  const texts = new Map(
    Array.from(listFields(bytes, 0, bytes.length), ({ number, start, end }) => [
      number,
      bytes.toString('utf8', start, end),
    ]),
  );
  if (texts.get(1) === 'location') found.externalFiles.add(texts.get(2) ?? '');
}

/** ValueInfoProto of an output. */
function noteOutput(bytes: Buffer, found: Found): void {
  let name = '';
  const axes: (number | undefined)[] = [];
  const walk = (message: Message, start: number, end: number): void => {
    if (message === 'axis') {
      const sizes = [...listFields(bytes, start, end)].filter(({ number }) => number === 1);
      const size = sizes.at(-1)?.value;
      axes.push(size !== undefined && size > 0 && Number.isSafeInteger(size) ? size : undefined);
      return;
    }
    for (const field of listFields(bytes, start, end)) {
      if (message === 'output' && field.number === 1) name = bytes.toString('utf8', field.start, field.end);
      const child = CHILDREN[message][field.number];
      if (child !== undefined) walk(child, field.start, field.end);
    }
  };
  walk('output', 0, bytes.length);
  found.outputs.set(name, axes);
}

function* listFields(bytes: Buffer, start: number, end: number): Generator<Field> {
  for (let position = start; position < end;) {
    const field = readField(bytes, position, end);
    yield field;
    position = field.end;
  }
}

/** Reads where the field at `position` begins and ends; its content need not be in `bytes`. */
function readField(bytes: Buffer, position: number, end: number): Field {
  const key = readVarint(bytes, position, end);
  const number = Math.floor(key.value / 8);
  const kind = key.value % 8;
  if (number === 0) throw new OnnxInvalid('it has a field without a number');
  if (kind === VARINT) {
    const { value, next } = readVarint(bytes, key.next, end);
    return { number, start: key.next, end: next, value };
  }
  const length = kind === LENGTH_DELIMITED ? readVarint(bytes, key.next, end) : undefined;
  const fixed = kind === FIXED_64 ? 8 : kind === FIXED_32 ? 4 : undefined;
  const size = length?.value ?? fixed;
  if (size === undefined) throw new OnnxInvalid(`it has a field of an unknown kind (${kind})`);
  const start = length?.next ?? key.next;
  if (start + size > end) throw new OnnxInvalid('it is cut off, or its lengths are wrong');
  return { number, start, end: start + size, value: undefined };
}

/** Seven bits a byte, least significant first. Numbers beyond 2⁵³ lose their last bits. */
function readVarint(bytes: Buffer, position: number, end: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = position + i < end ? bytes[position + i] : undefined;
    if (byte === undefined) throw new OnnxInvalid('it is cut off');
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: position + i + 1 };
  }
  throw new OnnxInvalid('it has a number of more than ten bytes');
}

function checkDepth(depth: number): void {
  if (depth > DEEPEST) throw new OnnxInvalid(`its messages lie more than ${DEEPEST} deep`);
}

async function readBytes(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, start);
  if (bytesRead < length) throw new OnnxInvalid('it is cut off');
  return bytes;
}
