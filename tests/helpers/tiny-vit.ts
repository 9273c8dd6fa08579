/** The weights and config of a ViT classifier that is tiny, valid and random, named as Hugging Face names them. */
import type { TensorFixture } from './safetensors.ts';

/** Sizes of the model. The image is 8 × 8 px in patches of 4. */
export interface TinyVit {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly classNames: readonly string[];
}

export const TINY_IMAGE_SIDE = 8;
const PATCH_SIDE = 4;
const PATCHES = (TINY_IMAGE_SIDE / PATCH_SIDE) ** 2;
const HEADS = 2;

/** config.json as `save_pretrained` writes it. */
export function describeTinyVit({ hiddenSize, layers, classNames }: TinyVit): Record<string, unknown> {
  return {
    architectures: ['ViTForImageClassification'],
    attention_probs_dropout_prob: 0,
    dtype: 'float32',
    hidden_act: 'gelu',
    hidden_dropout_prob: 0,
    hidden_size: hiddenSize,
    id2label: Object.fromEntries(classNames.map((name, index) => [String(index), name])),
    image_size: TINY_IMAGE_SIDE,
    intermediate_size: 2 * hiddenSize,
    label2id: Object.fromEntries(classNames.map((name, index) => [name, index])),
    layer_norm_eps: 1e-12,
    model_type: 'vit',
    num_attention_heads: HEADS,
    num_channels: 3,
    num_hidden_layers: layers,
    patch_size: PATCH_SIDE,
    qkv_bias: true,
  };
}

/** preprocessor_config.json that fits. */
export function describeTinyProcessor(): Record<string, unknown> {
  return {
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: [0.5, 0.5, 0.5],
    image_processor_type: 'ViTImageProcessor',
    image_std: [0.5, 0.5, 0.5],
    resample: 2,
    rescale_factor: 1 / 255,
    size: { height: TINY_IMAGE_SIDE, width: TINY_IMAGE_SIDE },
  };
}

/** All tensors of the classifier, drawn from `random`: multiples of 1/256 that also float16 and bfloat16 hold. */
export function drawTinyVit(
  { hiddenSize, layers, classNames }: TinyVit,
  random: () => number,
): Record<string, TensorFixture> {
  const tensors: Record<string, TensorFixture> = {};
  const draw = (name: string, ...shape: number[]): void => {
    const count = shape.reduce((product, size) => product * size, 1);
    tensors[name] = {
      shape,
      values: Float32Array.from({ length: count }, () => Math.floor(random() * 255 - 127) / 256),
    };
  };
  const linear = (name: string, outputs: number, inputs: number): void => {
    draw(`${name}.weight`, outputs, inputs);
    draw(`${name}.bias`, outputs);
  };
  const norm = (name: string): void => {
    draw(`${name}.bias`, hiddenSize);
    draw(`${name}.weight`, hiddenSize);
    tensors[`${name}.weight`]!.values.forEach((value, i, all) => (all[i] = 1 + Math.trunc(value * 64) / 64));
  };
  draw('vit.embeddings.cls_token', 1, 1, hiddenSize);
  draw('vit.embeddings.position_embeddings', 1, PATCHES + 1, hiddenSize);
  draw('vit.embeddings.patch_embeddings.projection.weight', hiddenSize, 3, PATCH_SIDE, PATCH_SIDE);
  draw('vit.embeddings.patch_embeddings.projection.bias', hiddenSize);
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `vit.encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value'])
      linear(`${prefix}.attention.attention.${part}`, hiddenSize, hiddenSize);
    linear(`${prefix}.attention.output.dense`, hiddenSize, hiddenSize);
    linear(`${prefix}.intermediate.dense`, 2 * hiddenSize, hiddenSize);
    linear(`${prefix}.output.dense`, hiddenSize, 2 * hiddenSize);
    norm(`${prefix}.layernorm_before`);
    norm(`${prefix}.layernorm_after`);
  }
  norm('vit.layernorm');
  linear('classifier', classNames.length, hiddenSize);
  return tensors;
}
