/**
 * A vision transformer as data: patches to tokens, pre-norm blocks, one embedding (Dosovitskiy et al. 2021). Every
 * architecture that is built from safetensors comes down to this.
 */
import type { Activation } from './graph/activations.ts';
import type { Weight } from '../formats/onnx/index.ts';
import type { Size } from './preprocessing/processor-config.ts';
import type { Linear, Norm } from './weights/weights.ts';

/** A transformer without its classifier. */
export interface Tower {
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

/** narrow(activation(wide(x))), or narrow(activation(gate(x)) · wide(x)) where there is a gate. */
export interface Mlp {
  readonly activation: Activation;
  readonly gate: Linear | undefined;
  readonly wide: Linear;
  readonly narrow: Linear;
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
