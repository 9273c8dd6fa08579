/** The first part of a graph: 8-bit pixels to tokens with their positions. */
import type { GraphContext } from './layers.ts';
import { reshape } from './layers.ts';
import { interpolationMatrix } from './interpolation.ts';
import type { GraphWriter, Value } from '../../formats/onnx/index.ts';
import { countPatches } from '../patches.ts';
import type { Size } from '../preprocessing/processor-config.ts';
import type { Positions, Tower } from '../vision-transformer.ts';
import { takeRows } from '../weights/computed-weights.ts';

/**
 * Normalises pixels, projects each patch to a token, adds positions and puts the other tokens in front.
 * @returns `[batch · tokens × d]`
 */
export function embedImages(
  context: GraphContext,
  pixels: Value,
  imageSize: Size,
  normalization: Float32Array,
): Value {
  const { graph, tower, batch, tokens } = context;
  const d = tower.hiddenSize;
  const grid = countPatches(imageSize, tower.patchSize);
  const patches = projectPatches(context, normalizePixels(graph, pixels, normalization), grid);
  const placed = graph.node('Add', [patches, placePatches(graph, tower, grid)]);
  const front = writeFront(graph, tower).map((value) =>
    graph.node('Expand', [value, graph.constant('int64', [3], [batch, 1, 1])]),
  );
  const all = front.length === 0 ? placed : graph.node('Concat', [...front, placed], { axis: 1 });
  return reshape(graph, all, [batch * tokens, d]);
}

/** Looks every 8-bit value up in its channel's table, which gives exactly the float32 values of transformers. */
function normalizePixels(graph: GraphWriter, pixels: Value, table: Float32Array): Value {
  const channelStarts = graph.constant('int32', [3, 1, 1], [0, 256, 512]);
  const values = graph.node('Cast', [pixels], { to: 6 }); // INT32
  const indices = graph.node('Add', [values, channelStarts]);
  return graph.node('Gather', [graph.constant('float32', [3 * 256], table), indices], { axis: 0 });
}

/** `[batch × 3 × height × width]` to `[batch × patches × d]`. */
function projectPatches({ graph, tower, batch }: GraphContext, pixels: Value, grid: Size): Value {
  const { hiddenSize: d, patchSize, patch } = tower;
  const size = [patchSize.height, patchSize.width];
  const bias = patch.bias === undefined ? [] : [graph.weight(patch.bias)];
  const projected = graph.node('Conv', [pixels, graph.weight(patch.weight), ...bias], {
    kernel_shape: size,
    strides: size,
  });
  const columns = reshape(graph, projected, [batch, d, grid.height * grid.width]);
  return graph.node('Transpose', [columns], { perm: [0, 2, 1] });
}

/** Positions of the patches, `[patches × d]`; made from weights alone, so onnxruntime computes them once. */
function placePatches(graph: GraphWriter, { positions, leading, hiddenSize: d }: Tower, grid: Size): Value {
  const { grid: stored, weight, interpolation } = positions;
  const from = leading.length;
  const rows = graph.weight(takeRows(weight, from, [stored.height * stored.width, d]));
  if (interpolation === undefined || (stored.height === grid.height && stored.width === grid.width))
    return rows;
  const down = resampler(graph, positions, 'height', grid);
  const across = resampler(graph, positions, 'width', grid);
  const columns = reshape(graph, rows, [stored.height, stored.width * d]);
  const lines = reshape(graph, graph.node('MatMul', [down, columns]), [grid.height, stored.width, d]);
  return reshape(graph, graph.node('MatMul', [across, lines]), [grid.height * grid.width, d]);
}

/** The linear map from the stored positions along one axis to those of `grid`. */
function resampler(
  graph: GraphWriter,
  { grid: stored, interpolation }: Positions,
  axis: keyof Size,
  grid: Size,
): Value {
  const matrix = interpolationMatrix(interpolation!, stored[axis], grid[axis]);
  return graph.constant('float32', [grid[axis], stored[axis]], matrix);
}

/** The tokens in front of the patches, `[1 × n × d]` each. */
function writeFront(graph: GraphWriter, { leading, registers, positions, hiddenSize: d }: Tower): Value[] {
  const placed = leading.map((token, index) => {
    const position = graph.weight(takeRows(positions.weight, index, [1, d]));
    return graph.node('Add', [reshape(graph, graph.weight(token), [1, 1, d]), position]);
  });
  return registers === undefined ? placed : [...placed, graph.weight(registers)];
}
