/**
 * Long columns of numbers, as one safetensors file. With `n` images: `x`, `y` and `score`, U16 `[frames × n]` in
 * steps of 1/65,535, as differences to the frame before; `x_range` and `y_range`, F64 `[frames × 2]`, the
 * coordinates at a frame's first and last step; `label`, U16 `[n]`; `names`, a JSON list; and the loss history in
 * `loss_step` U32, `loss_epoch` and `loss` F32. U16, U32 and F32 lie in byte planes, see `columns.ts`.
 *
 * Coordinates have a range of their own in each frame: a map that fits the last one badly is small, and is drawn
 * larger than it is (`mapSize: equal`), so steps of one range for all would show in it.
 */
import { z } from 'zod';
import type { DatasetItem, Frame, LossRow, Matrix } from '../contracts.ts';
import { DTYPE_BYTES, encodeSafetensorsFile } from '../formats/safetensors/index.ts';
import {
  addDifferences,
  joinPlanes,
  quantise,
  rangeOf,
  restore,
  splitPlanes,
  takeDifferences,
  type Range,
} from './columns.ts';

/** What is kept in columns. */
export interface PackedColumns {
  readonly items: readonly DatasetItem[];
  /** One a frame. */
  readonly frames: readonly Pick<Frame, 'points' | 'scores'>[];
  readonly losses: readonly LossRow[];
}

/** How long the columns are. */
export type PointCounts = Readonly<Record<'frames' | 'images' | 'losses', number>>;

const SCORE_RANGE: Range = [0, 1];
const namesSchema = z.array(z.string());

/** The bytes of the file. */
export function encodePoints({ items, frames, losses }: PackedColumns): Uint8Array {
  const x = frames.map(({ points }) => columnOf(points, 0));
  const y = frames.map(({ points }) => columnOf(points, 1));
  const scores = frames.map(({ scores }) => quantise(scores, SCORE_RANGE));
  const names = new TextEncoder().encode(JSON.stringify(items.map(({ name }) => name)));
  return encodeTensors({
    x: stepsTensor(x.map((values) => quantise(values, rangeOf(values)))),
    x_range: rangesTensor(x),
    y: stepsTensor(y.map((values) => quantise(values, rangeOf(values)))),
    y_range: rangesTensor(y),
    score: stepsTensor(scores),
    label: planesTensor(Uint16Array.from(items, ({ label }) => label)),
    names: { dtype: 'U8', shape: [names.length], data: names },
    loss_step: planesTensor(Uint32Array.from(losses, ({ step }) => step)),
    loss_epoch: planesTensor(Float32Array.from(losses, ({ epoch }) => epoch)),
    loss: planesTensor(Float32Array.from(losses, ({ loss }) => loss)),
  });
}

/**
 * Reads what `encodePoints` wrote.
 * @throws RangeError | SyntaxError | z.ZodError when the columns are missing or of other lengths
 */
export function decodePoints(bytes: Uint8Array, { frames, images, losses }: PointCounts): PackedColumns {
  const tensors = decodeTensors(bytes);
  const steps = (name: string) =>
    addDifferences(new Uint16Array(planesOf(tensors, name, 2, [frames, images])), frames);
  const range = (name: string) => {
    const ends = dataOf(tensors, name, 'F64', [frames, 2]);
    return (frame: number): Range => [ends[2 * frame]!, ends[2 * frame + 1]!];
  };
  const [x, y, scores] = [steps('x'), steps('y'), steps('score')];
  const [xRange, yRange] = [range('x_range'), range('y_range')];
  return {
    items: decodeItems(tensors, images),
    frames: scores.map((score, frame) => ({
      points: joinColumns(restore(x[frame]!, xRange(frame)), restore(y[frame]!, yRange(frame))),
      scores: restore(score, SCORE_RANGE),
    })),
    losses: decodeLosses(tensors, losses),
  };
}

function decodeItems(tensors: ReadonlyMap<string, Tensor>, images: number): DatasetItem[] {
  const labels = new Uint16Array(planesOf(tensors, 'label', 2, [images]));
  const text = dataOf(tensors, 'names', 'U8', tensors.get('names')?.shape ?? []);
  const names = namesSchema.length(images).parse(JSON.parse(new TextDecoder().decode(text)));
  return names.map((name, index) => ({ name, label: labels[index]! }));
}

function decodeLosses(tensors: ReadonlyMap<string, Tensor>, rows: number): LossRow[] {
  const steps = new Uint32Array(planesOf(tensors, 'loss_step', 4, [rows]));
  const epochs = new Float32Array(planesOf(tensors, 'loss_epoch', 4, [rows]));
  const losses = new Float32Array(planesOf(tensors, 'loss', 4, [rows]));
  return Array.from(steps, (step, row) => ({ step, epoch: epochs[row]!, loss: losses[row]! }));
}

function dataOf<Dtype extends keyof TensorData>(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  dtype: Dtype,
  shape: readonly number[],
): TensorData[Dtype] {
  const tensor = tensors.get(name);
  if (tensor?.dtype !== dtype || tensor.shape.join() !== shape.join()) {
    throw new RangeError(`there is no tensor "${name}" of ${dtype} [${shape.join(', ')}]`);
  }
  return tensor.data as TensorData[Dtype]; // a type's own data; the comparison above does not narrow it
}

function planesOf(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  width: number,
  shape: readonly number[],
): ArrayBuffer {
  return joinPlanes(dataOf(tensors, name, 'U8', [width, ...shape]), width);
}

function planesTensor(
  values: Uint16Array | Uint32Array | Float32Array,
  shape = [values.length],
): Tensor<'U8'> {
  return { dtype: 'U8', shape: [values.BYTES_PER_ELEMENT, ...shape], data: splitPlanes(values) };
}

function stepsTensor(frames: readonly Uint16Array[]): Tensor<'U8'> {
  return planesTensor(takeDifferences(frames), [frames.length, frames[0]?.length ?? 0]);
}

function rangesTensor(frames: readonly Float64Array[]): Tensor<'F64'> {
  return { dtype: 'F64', shape: [frames.length, 2], data: Float64Array.from(frames.flatMap(rangeOf)) };
}

function columnOf({ rows, cols, data }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => data[row * cols + column]!);
}

function joinColumns(x: Float64Array, y: Float64Array): Matrix<Float64Array> {
  const data = new Float64Array(2 * x.length);
  for (let row = 0; row < x.length; row++) {
    data[2 * row] = x[row]!;
    data[2 * row + 1] = y[row]!;
  }
  return { rows: x.length, cols: 2, data };
}

// --- safetensors in memory -------------------------------------------------------------------------

/** Values by the types that a pack has. */
export interface TensorData {
  readonly F64: Float64Array;
  readonly U8: Uint8Array;
}

/** A tensor; its values are row-major. */
export interface Tensor<Dtype extends keyof TensorData = keyof TensorData> {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData[Dtype];
}

const DTYPES = ['F64', 'U8'] as const;
const LENGTH_BYTES = 8;

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.enum(DTYPES),
    shape: z.array(z.int().min(0)),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
);

/** The bytes of a safetensors file. Equal tensors give equal bytes, whatever their order. */
export function encodeTensors(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const encoded = Object.entries(tensors).map(([name, { dtype, shape, data }]) => ({
    name,
    dtype,
    shape,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  return encodeSafetensorsFile(encoded);
}

/**
 * The tensors of a safetensors file.
 * @throws RangeError | SyntaxError | z.ZodError when the bytes are not those of such a file
 */
export function decodeTensors(bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = LENGTH_BYTES + Number(view.getBigUint64(0, true));
  if (start > bytes.length) throw new RangeError('the header is cut off');
  const text = Buffer.from(bytes.subarray(LENGTH_BYTES, start)).toString('utf8');
  const header = headerSchema.parse(JSON.parse(text));
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const size = shape.reduce((product, side) => product * side, DTYPE_BYTES[dtype]);
        if (to - from !== size || start + to > bytes.length) throw new RangeError(`${name} is cut off`);
        return [name, { dtype, shape, data: viewValues(dtype, bytes.subarray(start + from, start + to)) }];
      },
    ),
  );
}

function viewValues(dtype: Tensor['dtype'], bytes: Uint8Array): Tensor['data'] {
  const copy = new Uint8Array(bytes); // aligned, whatever the bytes were a part of
  return dtype === 'F64' ? new Float64Array(copy.buffer) : copy;
}
