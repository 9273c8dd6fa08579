/** Takes the weights of a vision transformer's parts by the names that its architecture gives them. */
import type { Size } from '../preprocessing/processor.ts';
import type { Activation, Block, Linear, Mlp, Norm } from '../vision-transformer.ts';
import { takeRows } from '../weights/computed-weights.ts';
import type { TakeWeight } from '../weights/weights.ts';

/** Names inside a block, and where blocks are. */
export interface BlockNames {
  /** Prefix of block `index`, with its dot. */
  readonly block: (index: number) => string;
  readonly normBefore: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly normAfter: string;
  readonly up: string;
  readonly down: string;
}

/** Sizes of a block. */
export interface BlockShape {
  readonly hiddenSize: number;
  /** Width of the MLP. */
  readonly intermediateSize: number;
  readonly activation: Activation;
  /** Whether queries, keys and values have biases. */
  readonly qkvBias: boolean;
}

/**
 * The convolution from patches of `patch` px to tokens of `d` numbers: `<name>.weight` and, where there is one,
 * `<name>.bias`.
 * @throws EmbeddingAnimationError `TensorMissing`, `TensorShapeMismatch`, `TensorTypeUnsupported`
 */
export function takePatches(take: TakeWeight, name: string, d: number, patch: Size, hasBias = true): Linear {
  return {
    weight: take(`${name}.weight`, [d, 3, patch.height, patch.width]),
    bias: hasBias ? take(`${name}.bias`, [d]) : undefined,
  };
}

/**
 * All blocks of a model without layer scales and gates.
 * @throws EmbeddingAnimationError `TensorMissing`, `TensorShapeMismatch`, `TensorTypeUnsupported`
 */
export function takeBlocks(
  takeAny: TakeWeight,
  names: BlockNames,
  shape: BlockShape,
  layers: number,
): Block[] {
  return Array.from({ length: layers }, (_, index) => {
    const take = withPrefix(takeAny, names.block(index));
    return {
      ...takeAttentionHalf(take, names, shape),
      attentionScale: undefined,
      normAfter: takeNorm(take, names.normAfter, shape.hiddenSize),
      mlp: takeMlp(take, names, shape),
      mlpScale: undefined,
    };
  });
}

/** The first half of a block. */
export function takeAttentionHalf(
  take: TakeWeight,
  names: BlockNames,
  { hiddenSize: d, qkvBias }: BlockShape,
): Pick<Block, 'normBefore' | 'attention'> {
  return {
    normBefore: takeNorm(take, names.normBefore, d),
    attention: {
      query: takeLinear(take, names.query, d, d, qkvBias),
      key: takeLinear(take, names.key, d, d, qkvBias),
      value: takeLinear(take, names.value, d, d, qkvBias),
      output: takeLinear(take, names.attentionOutput, d, d),
    },
  };
}

/** An MLP without gate. */
export function takeMlp(
  take: TakeWeight,
  names: Pick<BlockNames, 'up' | 'down'>,
  { hiddenSize: d, intermediateSize, activation }: BlockShape,
): Mlp {
  return {
    activation,
    gate: undefined,
    up: takeLinear(take, names.up, intermediateSize, d),
    down: takeLinear(take, names.down, d, intermediateSize),
  };
}

/** `take` with `prefix` before every name. */
export function withPrefix(take: TakeWeight, prefix: string): TakeWeight {
  return (name, shape) => take(prefix + name, shape);
}

/** `<name>.weight` `[outputs × inputs]` and, where there is one, `<name>.bias` `[outputs]`. */
export function takeLinear(
  take: TakeWeight,
  name: string,
  outputs: number,
  inputs: number,
  hasBias = true,
): Linear {
  return {
    weight: take(`${name}.weight`, [outputs, inputs]),
    bias: hasBias ? take(`${name}.bias`, [outputs]) : undefined,
  };
}

/** `<name>.weight` and `<name>.bias` of a layer norm over `size` values. */
export function takeNorm(take: TakeWeight, name: string, size: number): Norm {
  return { weight: take(`${name}.weight`, [size]), bias: take(`${name}.bias`, [size]) };
}

/** Rows of a linear layer, such as one of several layers that are stored as one. */
export function takeOutputs({ weight, bias }: Linear, from: number, to: number): Linear {
  return {
    weight: takeRows(weight, from, [to - from, weight.shape[1]!]),
    bias: bias === undefined ? undefined : takeRows(bias, from, [to - from]),
  };
}
