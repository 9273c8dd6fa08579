/** Weights in layouts that are not read, and the way from each of them to one that is. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A layout, told by its files. */
export interface OtherLayout {
  /** What was found, as a part of a sentence. */
  readonly found: string;
  /** What to do, as a sentence. */
  readonly way: string;
}

const SAVE_AGAIN = 'save_pretrained writes safetensors';

interface KnownLayout extends OtherLayout {
  /** Fits the name of a file or folder, or `<folder>/<file>` one level down. */
  readonly sign: RegExp;
}

/** The first that fits counts: those that need a step of their own come before plain files. */
const LAYOUTS: readonly KnownLayout[] = [
  {
    sign: /^(?:global_step\d+|zero_to_fp32\.py|mp_rank_\d+_model_states\.pt|global_step\d+\/.*_states\.pt)$/,
    found: 'DeepSpeed\u2019s shards (global_step*/)',
    way: 'Run "python zero_to_fp32.py . . --safe_serialization" in the checkpoint\u2019s folder: it writes model.safetensors.',
  },
  {
    sign: /^(?:pytorch_model_fsdp(?:_\d+)?(?:\.bin)?|.*\.distcp|[^/]*\/.*\.distcp)$/,
    found: 'the shards of FSDP (pytorch_model_fsdp_0/)',
    way: 'Run "accelerate merge-weights pytorch_model_fsdp_0 ." in the checkpoint\u2019s folder: it writes model.safetensors.',
  },
  {
    sign: /\.gguf$/,
    found: 'GGUF',
    way: 'GGUF holds quantised weights: save the model that it was made from with save_pretrained, or store its embeddings.',
  },
  {
    sign: /^pytorch_model.*\.bin(?:\.index\.json)?$/,
    found: 'pytorch_model.bin, which is pickle and never read',
    way: `Load pytorch_model.bin with transformers and save it again: ${SAVE_AGAIN}.`,
  },
  {
    sign: /^tf_model.*\.h5$/,
    found: 'tf_model.h5 of TensorFlow',
    way: `Load it with from_pretrained(…, from_tf=True) of transformers 4 and save it again: ${SAVE_AGAIN}.`,
  },
  {
    sign: /^flax_model.*\.msgpack$/,
    found: 'flax_model.msgpack of Flax',
    way: `Load it with from_pretrained(…, from_flax=True) of transformers 4 and save it again: ${SAVE_AGAIN}.`,
  },
  {
    sign: /\.(?:pt|pth|ckpt)$/,
    found: 'a file of PyTorch, which is pickle and never read',
    way: `Load it where the model was trained and save the model with save_pretrained: ${SAVE_AGAIN}; or export it to onnx/model.onnx, or store its embeddings.`,
  },
  {
    sign: /^[^/]*\.onnx$/,
    found: 'an ONNX model outside of onnx/',
    way: 'Move it, and its external data, to onnx/model.onnx in the checkpoint\u2019s folder, as transformers.js lays exports out.',
  },
  {
    sign: /^[^/]*\.safetensors$/,
    found: 'safetensors files under other names',
    way: 'Weights are called model.safetensors, or are listed in model.safetensors.index.json: copy the whole checkpoint, or rename the file.',
  },
];

/** Not a model: what a Trainer keeps beside it. */
const OF_TRAINER = /^(?:optimizer|scheduler|scaler|rng_state.*|training_args)\.(?:pt|pth|bin)$/;

/** What lies in a checkpoint that has no weights to be read; `undefined` where nothing of it is known. */
export async function describeOtherLayout(
  folder: string,
  present: ReadonlySet<string>,
): Promise<OtherLayout | undefined> {
  const names: string[] = [];
  for (const name of [...present].sort()) {
    if (OF_TRAINER.test(name)) continue;
    const inside: string[] = name.includes('.') ? [] : await readdir(join(folder, name)).catch(() => []);
    names.push(name, ...inside.map((file) => `${name}/${file}`));
  }
  const known = LAYOUTS.find(({ sign }) => names.some((name) => sign.test(name)));
  return known === undefined ? undefined : { found: known.found, way: known.way };
}
