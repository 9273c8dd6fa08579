/** Weights, and what runs them. */
import { always, when, type ErrorEntry } from './entry.ts';

/** A tensor whose bytes are not as many as its shape takes. */
export interface SizeFacts {
  readonly tensor: string;
  readonly bytes: number;
  readonly dtype: string;
  readonly shape: string;
  readonly needed: number;
}

const COPY_AGAIN =
  'Copy the file again and compare sizes: an interrupted copy is the usual cause. If it is a Git LFS pointer, run `git lfs pull`.';

export const modelsErrors = {
  SafetensorsInvalid: {
    title: 'A safetensors file is damaged',
    meaning:
      "The file is cut off, its header is not JSON, or the header's offsets don't fit the file. Nothing of a damaged file is used.",
    remedy: COPY_AGAIN,
    hint: 'The file was probably cut off or damaged while it was copied: copy the checkpoint again.',
    cases: {
      unreadable: always('can not be read'),
      tooShort: when(
        ({ size }: { size: number }) => `is cut off: it has ${size} bytes, a header needs 8 at least`,
      ),
      headerTooLong: when(
        ({ length }: { length: bigint }) => `says that its header has ${length} bytes; 100 MB is the limit`,
      ),
      headerCutOff: when(
        ({ length, size }: { length: bigint; size: number }) =>
          `says that its header has ${length} bytes, but the file has only ${size}`,
      ),
      headerNotJson: always('has a header that is not JSON'),
      headerNotAnObject: always('has a header that is not a JSON object'),
      overlap: when(({ tensor }: { tensor: string }) => `puts ${tensor} over the bytes of another tensor`),
      gap: when(
        ({ tensor, bytes }: { tensor: string; bytes: number }) =>
          `leaves ${bytes} bytes before ${tensor} unused`,
      ),
      cutOff: when(
        ({ described, size }: { described: number; size: number }) =>
          `is cut off: its header describes ${described} bytes, the file has ${size}`,
      ),
      leftOver: when(
        ({ bytes }: { bytes: number }) => `has ${bytes} bytes that its header does not describe`,
      ),
      tensorWrong: when(
        ({ tensor, path, said }: { tensor: string; path: string; said: string }) =>
          `describes ${tensor} wrongly (${path}: ${said})`,
      ),
      sizeWrong: when(
        ({ tensor, bytes, dtype, shape, needed }: SizeFacts) =>
          `gives ${tensor} ${bytes} bytes, but ${dtype} [${shape}] takes ${needed}`,
      ),
      notInShard: when(
        ({ tensor, shard }: { tensor: string; shard: string }) =>
          `says that ${tensor} is in ${shard}, where it is not`,
      ),
      shardsApart: always('lists shards that are links into different folders'),
      noWeightMap: always('has no "weight_map" from tensor names to file names'),
      strangeShard: when(
        ({ tensor, shard }: { tensor: string; shard: string }) =>
          `puts ${tensor} in "${shard}", which is not a safetensors file of the same folder`,
      ),
    },
  },
  TensorMissing: {
    title: 'A weight is missing',
    meaning:
      'The architecture that `config.json` names has a weight that the safetensors files lack: they hold another model, only an adapter, or only some of the shards.',
    remedy:
      'Copy all files of the checkpoint, with `model.safetensors.index.json` where it is sharded. Of a LoRA training save the merged model: `merge_and_unload()`.',
    hint: 'Store the whole model with save_pretrained; a checkpoint of adapters alone (LoRA) has to be merged first.',
    cases: { missing: when(({ tensor }: { tensor: string }) => `has no tensor ${tensor}`) },
  },
  TensorShapeMismatch: {
    title: 'A weight has another shape than the configuration says',
    meaning: '`config.json` and the weights belong to different models.',
    remedy: 'Copy both from the same checkpoint.',
    hint: 'config.json and the weights belong to different models: copy both from the same checkpoint.',
    cases: {
      mismatch: when(
        ({ tensor, shape, wanted }: { tensor: string; shape: string; wanted: string }) =>
          `${tensor} has the shape [${shape}], and config.json asks for [${wanted}]`,
      ),
    },
  },
  TensorTypeUnsupported: {
    title: 'A weight is stored in a type that is not read',
    meaning: 'Weights are read in float32, float16 and bfloat16. Quantised ones (int8, 4 bits) are not.',
    remedy: 'Save the model before it is quantised, or export it to ONNX.',
    cases: {
      unsupported: when(
        ({ tensor, dtype }: { tensor: string; dtype: string; known: string }) =>
          `${tensor} is stored as ${dtype}`,
        ({ known }) => `Store the model as one of ${known}; quantised weights can not be read.`,
      ),
    },
  },
  ArchitectureUnsupported: {
    title: 'The architecture can not be built from safetensors',
    meaning:
      'Weights alone say nothing of how they are computed with. ViT, DeiT, DINOv2, CLIP and SigLIP are built here; any other model needs its graph.',
    remedy: 'Export the checkpoints to ONNX, or store their embeddings.',
    cases: {
      modelType: when(
        ({ modelType }: { modelType: string; known: string }) =>
          `the model is a "${modelType}", which can not be built from safetensors`,
        ({ known }) => `These can: ${known}.`,
      ),
      severalModels: when(
        ({ models }: { models: string }) => `holds several image models: ${models}`,
        () => 'Store the one that is to embed the images with save_pretrained.',
      ),
      activation: when(
        ({ key, activation }: { key: string; activation: string; known: string }) =>
          `${key} is "${activation}", which is not supported`,
        ({ known }) => `These are: ${known}.`,
      ),
    },
  },
  ModelRunFailed: {
    title: 'onnxruntime could not run the model',
    meaning: 'The graph was refused or failed while it ran; the message quotes what onnxruntime says.',
    remedy:
      'Check that `config.json` and the weights are of the same model, and that there is enough memory. Fewer `threads` take less of it.',
    hint: 'Check that config.json and the weights are of the same model and that there is enough memory; otherwise report the message above.',
    cases: { failed: when(({ said }: { said: string }) => `onnxruntime could not run the model: ${said}`) },
  },
  RuntimeMissing: {
    title: 'What runs the model is not installed',
    meaning:
      'Weights are run by `onnxruntime-node`, which is left out where it has no binary for the platform or its install script failed. ONNX exports are run by `@huggingface/transformers`, which a site installs itself: it is large, and safetensors need none of it.',
    remedy:
      'For weights: `ONNXRUNTIME_NODE_INSTALL=skip npm install`. For ONNX exports: `npm install @huggingface/transformers`. On a host: build from packed results, which need neither.',
    cases: {
      onnxruntime: when(
        ({ reason }: { reason: string }) =>
          `onnxruntime-node, which runs models, can not be loaded: ${reason}`,
        () =>
          'Install it again: ONNXRUNTIME_NODE_INSTALL=skip npm install (pnpm, yarn). Without that variable its install script ' +
          'downloads CUDA libraries, and where it can not, the package is left out. There are binaries for Linux with glibc ' +
          'and Windows on x64 and arm64, and for macOS on arm64; elsewhere build from a packed run or ready embeddings.',
      ),
      transformers: when(
        ({ reason }: { reason: string }) =>
          `@huggingface/transformers, which runs ONNX exports; it is an optional dependency, since safetensors need none, can not be loaded: ${reason}`,
        () =>
          'Install it in the site: npm install @huggingface/transformers (pnpm add, yarn add). Or let the checkpoints have model.safetensors of an architecture that is read directly.',
      ),
    },
  },
  DtypeUnavailable: {
    title: 'There is no export in this dtype',
    meaning:
      '`embedding.dtype` names an export that a checkpoint lacks, or the checkpoint has weights, which are always computed with in float32.',
    remedy: 'Take a dtype that is there, leave `dtype` out, or export the model in it.',
    cases: {
      notExported: when(
        ({ dtype, file }: { dtype: string; file: string; there: string }) =>
          `dtype is "${dtype}", and the checkpoint has no ${file}`,
        ({ there }) =>
          `Set "dtype" under "embedding" in run.yaml to one that is there (${there}), or export the model again.`,
      ),
      ofWeights: when(
        ({ dtype }: { dtype: string }) =>
          `dtype is "${dtype}", and weights in safetensors files are computed with in fp32 only`,
        () => 'Export the model to onnx/ in that dtype, or leave "dtype" under "embedding" in run.yaml out.',
      ),
    },
  },
  DeviceUnavailable: {
    title: 'The device can not be used here',
    meaning:
      "The option `device` names a way to a graphics card that onnxruntime doesn't have on this machine.",
    remedy: "Take one that the hint lists, or `'auto'`, which falls back to the processor.",
    cases: {
      unavailable: when(
        ({ device }: { device: string; works: string }) => `the device "${device}" can not be used here`,
        ({ works }) => `Set the option "device" to one that can (${works}), or to "auto".`,
      ),
    },
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
