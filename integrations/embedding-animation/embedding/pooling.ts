/** How the tokens of an image become one embedding. */
import { makeError, type EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import type { EmbeddingOptions } from '../options/index.ts';

/**
 * How an image's tokens become one embedding: `cls` is the first token of the last hidden state, `mean` the mean of
 * all its tokens, `patches` the mean of those of the image's patches, `cls+patches` the first token with that mean
 * behind it (twice as wide), `pooler` what the model's own pooler makes of it (`pooler_output` of transformers).
 */
export type Pooling = NonNullable<EmbeddingOptions['pooling']>;

/** How a model can be pooled. */
export interface PoolingChoice {
  /** Poolings that the model's weights allow. */
  readonly poolings: readonly Pooling[];
  /** The pooling that the model was trained for. One of `poolings`. */
  readonly defaultPooling: Pooling;
}

/** Width of an embedding that is pooled from tokens of `hiddenSize` numbers. */
export function embeddingWidth(hiddenSize: number, pooling: Pooling | undefined): number {
  return pooling === 'cls+patches' ? 2 * hiddenSize : hiddenSize;
}

/**
 * Gives the pooling to use: the one that is `wanted`, or the model's own.
 * @throws EmbeddingAnimationError `OptionsInvalid` where the model can not be pooled so
 */
export function choosePooling(model: PoolingChoice, wanted: Pooling | undefined, place: ErrorPlace): Pooling {
  if (wanted === undefined) return model.defaultPooling;
  if (model.poolings.includes(wanted)) return wanted;
  const facts = { pooling: wanted, possible: model.poolings.join(', ') };
  throw makeError('OptionsInvalid', 'poolingWeights', facts, place);
}

/** A float32 output, row-major. */
export interface ModelOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The outputs of a model that is no graph of ours, by name. */
export type ModelOutputs = Readonly<Record<string, ModelOutput | undefined>>;

/**
 * Pools the outputs of one batch as `Pooling` says. `last_hidden_state` is `[batch × tokens × d]`, or
 * `[batch × d × height × width]` where a model has a map in place of tokens; `pooler_output` is `[batch × d]`, with
 * axes of one or without.
 * @param prefixTokens tokens of an image before those of its patches
 * @returns row-major `[batch × d]`, or `[batch × 2d]` for `cls+patches`
 * @throws EmbeddingAnimationError `OptionsInvalid` when the model has not what `pooling` needs
 */
export function poolOutputs(outputs: ModelOutputs, pooling: Pooling, prefixTokens = 0): ModelOutput {
  const name = pooling === 'pooler' ? 'pooler_output' : 'last_hidden_state';
  const output = outputs[name];
  if (output === undefined) throw withoutOutput(name, outputs, pooling);
  const [batch = 0, second = 0, ...rest] = output.dims;
  const area = rest.reduce((product, size) => product * size, 1);
  if (pooling === 'pooler') return { dims: [batch, second * area], data: output.data };
  if (rest.length === 1) {
    const tokens = { data: output.data, batch, tokens: second, width: area };
    if (pooling === 'cls') return averageTokens(tokens, 0, 1);
    if (pooling === 'mean') return averageTokens(tokens, 0, second);
    const patches = averageTokens(tokens, prefixTokens, second);
    return pooling === 'patches' ? patches : concatenateRows(averageTokens(tokens, 0, 1), patches);
  }
  if (pooling === 'mean' && rest.length === 2) return averageMap(output.data, batch, second, area);
  const facts = { pooling, output: name, shape: output.dims.join(', ') };
  throw makeError('OptionsInvalid', 'poolingToken', facts);
}

interface Tokens {
  /** `[batch × tokens × width]` */
  readonly data: Float32Array;
  readonly batch: number;
  readonly tokens: number;
  readonly width: number;
}

/** The mean of each image's tokens `from` to before `to`. */
function averageTokens({ data, batch, tokens, width }: Tokens, from: number, to: number): ModelOutput {
  const pooled = new Float32Array(batch * width);
  for (let image = 0; image < batch; image++) {
    const hidden = data.subarray(image * tokens * width, (image + 1) * tokens * width);
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let token = from; token < to; token++) sum += hidden[token * width + i]!;
      pooled[image * width + i] = sum / (to - from);
    }
  }
  return { dims: [batch, width], data: pooled };
}

/** Row by row, the second behind the first. */
function concatenateRows(first: ModelOutput, second: ModelOutput): ModelOutput {
  const [batch = 0, width = 0] = first.dims;
  const data = new Float32Array(2 * batch * width);
  for (let image = 0; image < batch; image++) {
    const from = image * width;
    data.set(first.data.subarray(from, from + width), 2 * from);
    data.set(second.data.subarray(from, from + width), 2 * from + width);
  }
  return { dims: [batch, 2 * width], data };
}

function averageMap(data: Float32Array, batch: number, width: number, area: number): ModelOutput {
  const pooled = new Float32Array(batch * width);
  for (let i = 0; i < pooled.length; i++) {
    let sum = 0;
    for (let place = 0; place < area; place++) sum += data[i * area + place]!;
    pooled[i] = sum / area;
  }
  return { dims: [batch, width], data: pooled };
}

function withoutOutput(name: string, outputs: ModelOutputs, pooling: Pooling): EmbeddingAnimationError {
  const facts = { pooling, output: name, outputs: Object.keys(outputs).sort().join(', ') };
  return makeError('OptionsInvalid', 'poolingOutput', facts);
}
