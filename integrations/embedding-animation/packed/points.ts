/**
 * Long columns of numbers, as one safetensors file. With `n` images: `score`, U16 `[frames × n]` in steps of 1/65,535;
 * of the first map `x` and `y` in such steps, `x_range` and `y_range`, F64 `[frames × 2]`, the coordinates at a frame's
 * first and last step, and where it has them `true_neighbours`, U8 `[frames × n]`; of every other map the same with its
 * name and a slash before; `label`, U16 `[n]`; `names`, a JSON list; and the loss history in `loss_step` U32,
 * `loss_epoch` and `loss` F32. Steps are differences to the frame before. U16, U32 and F32 lie in byte planes, see
 * `columns.ts`.
 *
 * Coordinates have a range of their own in each frame: a map that fits the last one badly is small, and is drawn
 * larger than it is (`mapSize: equal`), so steps of one range for all would show in it.
 */
import { z } from 'zod';
import type { DatasetItem, Frame, LossRow, MapFrame, Matrix } from '../contracts.ts';
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
  readonly frames: readonly Pick<Frame, 'scores'>[];
  /** The first has no name of its own. */
  readonly maps: readonly PackedPoints[];
  readonly losses: readonly LossRow[];
}

/** The points of a map, one entry a frame. */
export interface PackedPoints {
  readonly name: string;
  readonly frames: readonly Pick<MapFrame, 'points' | 'trueNeighbours'>[];
}

/** How long the columns are, and of which maps. */
export interface PointCounts extends Readonly<Record<'frames' | 'images' | 'losses', number>> {
  readonly maps: readonly { readonly name: string; readonly hasTrueNeighbours: boolean }[];
}

const SCORE_RANGE: Range = [0, 1];
const namesSchema = z.array(z.string());

/** The bytes of the file. */
export function encodePoints({ items, frames, maps, losses }: PackedColumns): Uint8Array {
  const names = new TextEncoder().encode(JSON.stringify(items.map(({ name }) => name)));
  return encodeTensors({
    ...Object.fromEntries(maps.flatMap((map, index) => Object.entries(encodeMapPoints(map, index)))),
    score: stepsTensor(frames.map(({ scores }) => quantise(scores, SCORE_RANGE))),
    label: planesTensor(Uint16Array.from(items, ({ label }) => label)),
    names: { dtype: 'U8', shape: [names.length], data: names },
    loss_step: planesTensor(Uint32Array.from(losses, ({ step }) => step)),
    loss_epoch: planesTensor(Float32Array.from(losses, ({ epoch }) => epoch)),
    loss: planesTensor(Float32Array.from(losses, ({ loss }) => loss)),
  });
}

function encodeMapPoints({ name, frames }: PackedPoints, index: number): Record<string, Tensor> {
  const prefix = prefixOf(name, index);
  const x = frames.map(({ points }) => columnOf(points, 0));
  const y = frames.map(({ points }) => columnOf(points, 1));
  const counts = frames.flatMap(({ trueNeighbours }) => trueNeighbours ?? []);
  return {
    [`${prefix}x`]: stepsTensor(x.map((values) => quantise(values, rangeOf(values)))),
    [`${prefix}x_range`]: rangesTensor(x),
    [`${prefix}y`]: stepsTensor(y.map((values) => quantise(values, rangeOf(values)))),
    [`${prefix}y_range`]: rangesTensor(y),
    ...(counts.length > 0 && { [`${prefix}true_neighbours`]: bytesTensor(counts) }),
  };
}

/** What stands before the names of a map's tensors. */
function prefixOf(name: string, index: number): string {
  return index === 0 ? '' : `${name}/`;
}

/**
 * Reads what `encodePoints` wrote.
 * @throws RangeError | SyntaxError | z.ZodError when the columns are missing or of other lengths
 */
export function decodePoints(bytes: Uint8Array, counts: PointCounts): PackedColumns {
  const tensors = decodeTensors(bytes);
  return {
    items: decodeItems(tensors, counts.images),
    frames: stepsOf(tensors, 'score', counts).map((steps) => ({ scores: restore(steps, SCORE_RANGE) })),
    maps: counts.maps.map((map, index) => decodeMapPoints(tensors, { ...map, index }, counts)),
    losses: decodeLosses(tensors, counts.losses),
  };
}

function decodeMapPoints(
  tensors: ReadonlyMap<string, Tensor>,
  { name, hasTrueNeighbours, index }: PointCounts['maps'][number] & { readonly index: number },
  counts: PointCounts,
): PackedPoints {
  const { frames, images } = counts;
  const prefix = prefixOf(name, index);
  const column = (axis: 'x' | 'y'): Float64Array[] => {
    const ends = dataOf(tensors, `${prefix}${axis}_range`, 'F64', [frames, 2]);
    return stepsOf(tensors, `${prefix}${axis}`, counts).map((steps, frame) =>
      restore(steps, [ends[2 * frame]!, ends[2 * frame + 1]!]),
    );
  };
  const [x, y] = [column('x'), column('y')];
  const found = hasTrueNeighbours
    ? dataOf(tensors, `${prefix}true_neighbours`, 'U8', [frames, images])
    : undefined;
  return {
    name,
    frames: x.map((values, frame) => ({
      points: joinColumns(values, y[frame]!),
      ...(found && { trueNeighbours: found.slice(frame * images, (frame + 1) * images) }),
    })),
  };
}

/** The steps of each frame. */
function stepsOf(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  { frames, images }: Pick<PointCounts, 'frames' | 'images'>,
): Uint16Array[] {
  return addDifferences(new Uint16Array(planesOf(tensors, name, 2, [frames, images])), frames);
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

/** `[frames × n]` of bytes as they are. */
function bytesTensor(frames: readonly Uint8Array[]): Tensor<'U8'> {
  return { dtype: 'U8', shape: [frames.length, frames[0]?.length ?? 0], data: Buffer.concat(frames) };
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
