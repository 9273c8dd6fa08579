/** A vision transformer as something that embeds: which sizes and poolings it takes, and its graph. */
import { makeError, type ErrorPlace } from '../errors.ts';
import { IMAGE_PROCESSOR_CONFIG } from '../formats/model-files.ts';
import { writeTransformerGraph, type GraphOptions } from './graph/write-graph.ts';
import type { Pooling, PoolingChoice } from './pooling.ts';
import type { Size } from './preprocessing/processor.ts';
import { countPatches, countTokens, type VisionTransformer } from './vision-transformer.ts';

/** A model whose config and weights were found to fit together. Holds no weights. */
export interface Encoder extends PoolingChoice {
  /** Width of a token, and of an embedding unless `embeddingWidth` says otherwise. */
  readonly hiddenSize: number;
  /**
   * Checks that the model takes images of `size` px.
   * @throws EmbeddingAnimationError `ProcessorInvalid`, at `place`
   */
  checkInput(size: Size, place: ErrorPlace): void;
  /** Whether images of `size` px take positions that are interpolated, by a model that was made for one size. */
  interpolates(size: Size): boolean;
  /** Images in one run of the graph that go through it fastest, by the model and the size of its images alone. */
  chooseBatch(size: Size): number;
  /** Gives the model as ONNX, from 8-bit pixels to embeddings; the weights stay in their files. */
  writeGraph(options: GraphOptions): Uint8Array;
}

/** A vision transformer and what its architecture says about its use. */
export interface OpenedTransformer {
  readonly transformer: VisionTransformer;
  /** What stands before the names of its tensors. */
  readonly prefix: string;
  /** The size that it was made for, in px. */
  readonly imageSize: Size;
  /**
   * Whether images of other sizes are as good, since it was trained on several.
   * @default false
   */
  readonly takesAnySize?: boolean;
  readonly defaultPooling: Pooling;
}

/** Makes an encoder of a vision transformer. */
export function createEncoder(opened: OpenedTransformer): Encoder {
  const { transformer, imageSize, takesAnySize = false, defaultPooling } = opened;
  const { hiddenSize, positions, patchSize } = transformer;
  return {
    hiddenSize,
    poolings: listPoolings(transformer),
    defaultPooling,
    checkInput: (size, place) => {
      if (positions.interpolation === undefined) checkFixedSize(size, imageSize, place);
      else checkSmallestSize(size, patchSize, place);
    },
    interpolates: (size) => {
      const grid = countPatches(size, patchSize);
      const isOwn = grid.height === positions.grid.height && grid.width === positions.grid.width;
      return !isOwn && !takesAnySize;
    },
    chooseBatch: (size) => chooseBatch(transformer, size),
    writeGraph: (options) => writeTransformerGraph(transformer, options),
  };
}

/** A model without a CLS token has no first token worth reading, and no tokens but those of its patches. */
function listPoolings({ leading, pooler }: VisionTransformer): Pooling[] {
  return [
    ...(leading.length > 0
      ? (['cls', 'mean', 'patches', 'cls+patches'] as const)
      : (['mean', 'patches'] as const)),
    ...(pooler === undefined ? [] : (['pooler'] as const)),
  ];
}

function checkFixedSize(size: Size, own: Size, place: ErrorPlace): void {
  if (size.height === own.height && size.width === own.width) return;
  const facts = { made: inPixels(size), wanted: inPixels(own) };
  throw makeError('ProcessorInvalid', 'sizeOfModel', facts, { ...place, file: IMAGE_PROCESSOR_CONFIG });
}

function checkSmallestSize(size: Size, patch: Size, place: ErrorPlace): void {
  if (size.height >= patch.height && size.width >= patch.width) return;
  const facts = { made: inPixels(size), patch: inPixels(patch) };
  throw makeError('ProcessorInvalid', 'smallerThanPatch', facts, { ...place, file: IMAGE_PROCESSOR_CONFIG });
}

function inPixels({ width, height }: Size): string {
  return `${width}×${height}`;
}

/**
 * Rows of the matrix products. Products of so many rows are as fast as any, and what lies between them stays in the
 * processor's cache (measured: ViT-base at 4 images, ViTs of a few layers at 8 to 16).
 */
const MAX_ROWS = 1100;
const MAX_BATCH = 16;

/**
 * Images that go through a graph at once: a power of two, chosen by the model and the size of its images alone, so that
 * bytes depend on nothing else.
 */
function chooseBatch(transformer: VisionTransformer, imageSize: Size): number {
  const tokens = countTokens(transformer, imageSize);
  let batch = 1;
  while (2 * batch * tokens <= MAX_ROWS && batch < MAX_BATCH) batch *= 2;
  return batch;
}
