/** The first part of a graph: 8-bit pixels to tokens with their positions. */
import type { GraphWriter, Value } from '../../formats/onnx/index.ts';
import type { Size } from '../preprocessing/processor.ts';
import {
  countPatches,
  type Interpolation,
  type Positions,
  type VisionTransformer,
} from '../vision-transformer.ts';
import { takeRows } from '../weights/computed-weights.ts';
import type { GraphContext } from './layers.ts';

/**
 * Normalises pixels, projects each patch to a token, adds positions and puts the prefix tokens in front.
 * @returns `[batch · tokens × d]`
 */
export function embedImages(
  context: GraphContext,
  pixels: Value,
  imageSize: Size,
  normalization: Float32Array,
): Value {
  const { graph, transformer, batch, tokens } = context;
  const d = transformer.hiddenSize;
  const grid = countPatches(imageSize, transformer.patchSize);
  const patches = projectPatches(context, normalizePixels(graph, pixels, normalization), grid);
  const placed = graph.node('Add', [patches, writePatchPositions(graph, transformer, grid)]);
  const prefix = writePrefixTokens(graph, transformer).map((value) =>
    graph.node('Expand', [value, graph.constant('int64', [3], [batch, 1, 1])]),
  );
  const all = prefix.length === 0 ? placed : graph.node('Concat', [...prefix, placed], { axis: 1 });
  return graph.reshape(all, [batch * tokens, d]);
}

/** Looks every 8-bit value up in its channel's table, which gives exactly the float32 values of transformers. */
function normalizePixels(graph: GraphWriter, pixels: Value, table: Float32Array): Value {
  const channelStarts = graph.constant('int32', [3, 1, 1], [0, 256, 512]);
  const values = graph.node('Cast', [pixels], { to: 6 }); // INT32
  const indices = graph.node('Add', [values, channelStarts]);
  return graph.node('Gather', [graph.constant('float32', [3 * 256], table), indices], { axis: 0 });
}

/** `[batch × 3 × height × width]` to `[batch × patches × d]`. */
function projectPatches({ graph, transformer, batch }: GraphContext, pixels: Value, grid: Size): Value {
  const { hiddenSize: d, patchSize, patch } = transformer;
  const size = [patchSize.height, patchSize.width];
  const bias = patch.bias === undefined ? [] : [graph.weight(patch.bias)];
  const projected = graph.node('Conv', [pixels, graph.weight(patch.weight), ...bias], {
    kernel_shape: size,
    strides: size,
  });
  const columns = graph.reshape(projected, [batch, d, grid.height * grid.width]);
  return graph.node('Transpose', [columns], { perm: [0, 2, 1] });
}

/** Positions of the patches, `[patches × d]`; made from weights alone, so onnxruntime computes them once. */
function writePatchPositions(
  graph: GraphWriter,
  { positions, leading, hiddenSize: d }: VisionTransformer,
  grid: Size,
): Value {
  const { grid: stored, weight, interpolation } = positions;
  const from = leading.length;
  const rows = graph.weight(takeRows(weight, from, [stored.height * stored.width, d]));
  if (interpolation === undefined || (stored.height === grid.height && stored.width === grid.width))
    return rows;
  const down = writeInterpolation(graph, positions, 'height', grid);
  const across = writeInterpolation(graph, positions, 'width', grid);
  const columns = graph.reshape(rows, [stored.height, stored.width * d]);
  const lines = graph.reshape(graph.node('MatMul', [down, columns]), [grid.height, stored.width, d]);
  return graph.reshape(graph.node('MatMul', [across, lines]), [grid.height * grid.width, d]);
}

/** The linear map from the stored positions along one axis to those of `grid`. */
function writeInterpolation(
  graph: GraphWriter,
  { grid: stored, interpolation }: Positions,
  axis: keyof Size,
  grid: Size,
): Value {
  const matrix = interpolationMatrix(interpolation!, stored[axis], grid[axis]);
  return graph.constant('float32', [grid[axis], stored[axis]], matrix);
}

/** The tokens in front of the patches, `[1 × n × d]` each. */
function writePrefixTokens(
  graph: GraphWriter,
  { leading, registers, positions, hiddenSize: d }: VisionTransformer,
): Value[] {
  const placed = leading.map((token, index) => {
    const position = graph.weight(takeRows(positions.weight, index, [1, d]));
    return graph.node('Add', [graph.reshape(graph.weight(token), [1, 1, d]), position]);
  });
  return registers === undefined ? placed : [...placed, graph.weight(registers)];
}

/** Keys' parameter: PyTorch takes −0.75, and with antialias −0.5 as Pillow does. */
const SHARPNESS = { cubic: -0.75, antialiased: -0.5 } as const;
const SUPPORT = 2;

/**
 * Gives the linear map from `from` samples to `to` samples, row-major `[to × from]`: bicubic interpolation along one axis
 * as PyTorch's `interpolate(align_corners=False)` does it (aten/src/ATen/native: UpSampleKernel.cpp, UpSample.h). Output
 * centres lie at (i + ½)·scale − ½.
 */
export function interpolationMatrix(kind: Interpolation, from: number, to: number): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let out = 0; out < to; out++) {
    const row = matrix.subarray(out * from, (out + 1) * from);
    if (kind === 'cubic') fillCubic(row, ((out + 0.5) * from) / to - 0.5);
    else fillAntialiased(row, ((out + 0.5) * from) / to, Math.max(from / to, 1));
  }
  return matrix;
}

/** Four samples around `position`; those beyond the ends are the end's. */
function fillCubic(row: Float32Array, position: number): void {
  const first = Math.floor(position) - 1;
  for (let sample = first; sample < first + 2 * SUPPORT; sample++) {
    const inside = Math.min(Math.max(sample, 0), row.length - 1);
    row[inside]! += weighCubic(position - sample, SHARPNESS.cubic);
  }
}

/** All samples under the kernel, which is `widening` times as wide; those beyond the ends are left out. */
function fillAntialiased(row: Float32Array, centre: number, widening: number): void {
  const start = Math.max(Math.trunc(centre - SUPPORT * widening + 0.5), 0);
  const end = Math.min(Math.trunc(centre + SUPPORT * widening + 0.5), row.length);
  let sum = 0;
  for (let sample = start; sample < end; sample++) {
    sum += weighCubic((sample - centre + 0.5) / widening, SHARPNESS.antialiased);
  }
  for (let sample = start; sample < end; sample++) {
    row[sample] = weighCubic((sample - centre + 0.5) / widening, SHARPNESS.antialiased) / sum;
  }
}

/** Keys' cubic convolution (1981) with parameter `a`. */
function weighCubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}
