/** What every architecture gives once its config and weights were found to fit together. */
import { makeError, type ErrorPlace } from '../errors.ts';
import type { EmbeddingOptions } from '../options/index.ts';
import type { Size } from './preprocessing/processor-config.ts';

/**
 * How an image's tokens become one embedding: `cls` is the first token of the last hidden state, `mean` the mean of
 * all its tokens, `patches` the mean of those of the image's patches, `cls+patches` the first token with that mean
 * behind it (twice as wide), `pooler` what the model's own pooler makes of it (`pooler_output` of transformers).
 */
export type Pooling = NonNullable<EmbeddingOptions['pooling']>;

/** What a graph is built for. */
export interface GraphOptions {
  /** Images in one run of the graph. It is fixed, so the runtime can plan its memory. */
  readonly batch: number;
  /** Of the images, in px; one that `checkInput` lets through. */
  readonly imageSize: Size;
  /** Value of each 8-bit value in each channel, `[3 × 256]`. */
  readonly normalization: Float32Array;
  /** One of the encoder's `poolings`. */
  readonly pooling: Pooling;
  /** Content of the adapter's file, where the model has an adapter. */
  readonly adapter?: Uint8Array | undefined;
}

/** A model whose config and weights were found to fit together. Holds no weights. */
export interface Encoder {
  /** Width of a token, and of an embedding unless `embeddingWidth` says otherwise. */
  readonly hiddenSize: number;
  /** Poolings that the model's weights allow. */
  readonly poolings: readonly Pooling[];
  /** The pooling that the model was trained for. One of `poolings`. */
  readonly defaultPooling: Pooling;
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

/** Where the parts of a model come from. */
export interface EncoderPlaces {
  readonly config: ErrorPlace;
  readonly weights: ErrorPlace;
  readonly adapter: ErrorPlace;
}

/** Width of an embedding that is pooled from tokens of `hiddenSize` numbers. */
export function embeddingWidth(hiddenSize: number, pooling: Pooling | undefined): number {
  return pooling === 'cls+patches' ? 2 * hiddenSize : hiddenSize;
}

/**
 * Gives the pooling to use: the one that is `wanted`, or the encoder's own.
 * @throws EmbeddingAnimationError `OptionsInvalid` where the model can not be pooled so
 */
export function choosePooling(
  encoder: Pick<Encoder, 'poolings' | 'defaultPooling'>,
  wanted: Pooling | undefined,
  place: ErrorPlace,
): Pooling {
  if (wanted === undefined) return encoder.defaultPooling;
  if (encoder.poolings.includes(wanted)) return wanted;
  const facts = { pooling: wanted, possible: encoder.poolings.join(', ') };
  throw makeError('OptionsInvalid', 'poolingWeights', facts, place);
}
