/**
 * A vision transformer as data: patches to tokens, pre-norm blocks, one embedding (Dosovitskiy et al. 2021). Every
 * architecture that is built from safetensors comes down to this.
 */
import type { Weight } from '../formats/onnx/index.ts';
import type { Size } from './preprocessing/processor.ts';

/** A transformer without its classifier. */
export interface VisionTransformer {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly layerNormEps: number;
  readonly patchSize: Size;
  /** A convolution, `[d × 3 × patch height × patch width]` and `[d]`. */
  readonly patch: Linear;
  /** Tokens in front of the patches that have positions: CLS, and DeiT's distillation token. `d` numbers each. */
  readonly leading: readonly Weight[];
  /** Tokens between the leading ones and the patches, without positions: `[1 × n × d]`. */
  readonly registers: Weight | undefined;
  readonly positions: Positions;
  /** Before the first block (CLIP). */
  readonly normBefore: Norm | undefined;
  readonly blocks: readonly Block[];
  /** After the last block; CLIP's last hidden state goes without. */
  readonly norm: Norm | undefined;
  /** Makes the `pooler_output` of transformers, where the checkpoint has one. */
  readonly pooler: Pooler | undefined;
}

/** Learnt positions: the leading tokens' first, then the patches' row by row. `d` numbers each. */
export interface Positions {
  readonly weight: Weight;
  /** Patches down and across. */
  readonly grid: Size;
  /** How positions are made for another grid; `undefined` where the model takes no other. */
  readonly interpolation: Interpolation | undefined;
}

/** `cubic` as PyTorch's bicubic `interpolate` is, `antialiased` as it is with `antialias=True`. */
export type Interpolation = 'cubic' | 'antialiased';

/** x + attention(norm(x)), then x + mlp(norm(x)), each with its scale. */
export interface Block {
  readonly normBefore: Norm;
  readonly attention: Attention;
  /** Factor on what attention adds, `[d]` (DINOv2's layer scale). */
  readonly attentionScale: Weight | undefined;
  readonly normAfter: Norm;
  readonly mlp: Mlp;
  readonly mlpScale: Weight | undefined;
}

/** Multi-head attention, `[d × d]` each. */
export interface Attention {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
}

/** down(activation(up(x))), or down(activation(gate(x)) · up(x)) where there is a gate. */
export interface Mlp {
  readonly activation: Activation;
  readonly gate: Linear | undefined;
  readonly up: Linear;
  readonly down: Linear;
}

/**
 * `first` is the first token as it is, `norm` the first token normalised, `dense` a layer with an activation on the
 * first token, `attention` a learnt query over all tokens and an MLP with a residual (SigLIP).
 */
export type Pooler =
  | { readonly kind: 'first' }
  | { readonly kind: 'norm'; readonly norm: Norm }
  | { readonly kind: 'dense'; readonly dense: Linear; readonly activation: Activation }
  | {
      readonly kind: 'attention';
      /** `[1 × 1 × d]` */
      readonly probe: Weight;
      readonly attention: Attention;
      readonly norm: Norm;
      readonly mlp: Mlp;
    };

/** A linear layer: `[out × in]`, as PyTorch stores it. */
export interface Linear {
  readonly weight: Weight;
  readonly bias: Weight | undefined;
}

/** Scale and shift of a layer norm, `[d]` each. */
export interface Norm {
  readonly weight: Weight;
  readonly bias: Weight;
}

/** The activations of transformers (`ACT2FN`) that a graph can be built with, by the names that `hidden_act` gives them. */
export const ACTIVATIONS = [
  'gelu',
  'gelu_python',
  'gelu_new',
  'gelu_fast',
  'gelu_accurate',
  'gelu_pytorch_tanh',
  'gelu_python_tanh',
  'quick_gelu',
  'silu',
  'swish',
  'relu',
  'tanh',
] as const;

export type Activation = (typeof ACTIVATIONS)[number];

/** Whole patches down and across; px that are left over at the bottom and on the right are not seen. */
export function countPatches(image: Size, patch: Size): Size {
  return {
    height: Math.floor(image.height / patch.height),
    width: Math.floor(image.width / patch.width),
  };
}

/** Tokens of an image before those of its patches: leading ones and registers. */
export function countPrefixTokens({
  leading,
  registers,
}: Pick<VisionTransformer, 'leading' | 'registers'>): number {
  return leading.length + (registers?.shape[1] ?? 0);
}

/** Tokens of one image of `imageSize` px: leading tokens, registers and patches. */
export function countTokens(transformer: VisionTransformer, imageSize: Size): number {
  const { height, width } = countPatches(imageSize, transformer.patchSize);
  return countPrefixTokens(transformer) + height * width;
}
