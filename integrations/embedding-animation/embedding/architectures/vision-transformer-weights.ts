/** Takes the weights of a tower's parts by the names that its architecture gives them. */
import type { Activation } from '../graph/activations.ts';
import type { Size } from '../preprocessing/processor-config.ts';
import type { Block, Mlp } from '../vision-transformer.ts';
import { takeLinear, takeNorm, type Linear, type TakeWeight } from '../weights/weights.ts';

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
  readonly wide: string;
  readonly narrow: string;
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
    const take = within(takeAny, names.block(index));
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
  names: Pick<BlockNames, 'wide' | 'narrow'>,
  { hiddenSize: d, intermediateSize, activation }: BlockShape,
): Mlp {
  return {
    activation,
    gate: undefined,
    wide: takeLinear(take, names.wide, intermediateSize, d),
    narrow: takeLinear(take, names.narrow, d, intermediateSize),
  };
}

/** `take` with `prefix` before every name. */
export function within(take: TakeWeight, prefix: string): TakeWeight {
  return (name, shape) => take(prefix + name, shape);
}
