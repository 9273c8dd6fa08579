/**
 * Every way in which this package refuses its input: one entry a name. The documentation's page of errors is made
 * from it. What happened in a case, its message, is said where it happens; what the name means for any case, and
 * what to do about it, is said here.
 */

/** What is known of all errors of one name. Texts are Markdown. */
export interface ErrorEntry {
  /** What went wrong, in a few words, as a heading. */
  readonly title: string;
  /** What the error means: what was asked for, and why it can't be. */
  readonly meaning: string;
  /** What to do, the likeliest remedy first. */
  readonly remedy: string;
}

const COPY_AGAIN =
  'Copy the file again and compare sizes: an interrupted copy is the usual cause. If it is a Git LFS pointer, run `git lfs pull`.';

export const errorCatalogue = {
  OptionsInvalid: {
    title: 'An option is unknown or wrong',
    meaning:
      "An option of the integration or of a run is not one of those that exist, has a value that it can't have, or doesn't fit the model: a pooling that the model doesn't offer, say. Unknown keys are errors, so that a typing mistake can't pass for a default. A collection that uses a loader in a site without the integration is told so by this name too.",
    remedy:
      'Correct the keys that the message lists, each with its path; the reference of options has all that there are.',
  },
  RunsFolderMissing: {
    title: 'The folder of runs does not exist',
    meaning: 'The option `runs` names a folder, `./content/runs` by default, that is not there.',
    remedy:
      "Make the folder and put a run into it, or set `runs` to where your runs are. The path is relative to the project's root.",
  },
  RunFileInvalid: {
    title: 'run.yaml can not be used',
    meaning:
      "A run's `run.yaml` can't be read, is not YAML, lacks a required key, or has an unknown or wrong one. On the command line also: the run has no `run.yaml`, and the options in its place don't say everything.",
    remedy:
      'Correct the keys that the message lists; the reference of `run.yaml` has all that there are. Without a `run.yaml`, the command line needs `--images`.',
  },
  RunUnknown: {
    title: 'There is no such run',
    meaning:
      "A page shows a run by an id that no folder has, or a command was given a path that is no folder. A run's id is the name of its folder below the runs folder.",
    remedy: 'Take one of the ids that the hint lists, or name the folder that holds `checkpoint-<step>/`.',
  },
  NoCheckpoints: {
    title: 'The run has no checkpoints',
    meaning:
      'No folder of the run is named `checkpoint-<step>`, as the Hugging Face Trainer names them, and it has no packed results either.',
    remedy:
      "Copy the Trainer's output folder here, the one that was its `output_dir`. If your checkpoints have other names, say how in `checkpoints` of `run.yaml`.",
  },
  CheckpointInvalid: {
    title: 'A checkpoint lacks files, or can not be read',
    meaning:
      'A checkpoint holds neither weights, nor an ONNX export, nor ready embeddings; lacks a file that goes with them, such as `preprocessor_config.json`; or its folder is not named as the Trainer names it. `pytorch_model.bin` is pickle and never read.',
    remedy:
      'Copy what the message names. Weights saved as `pytorch_model.bin` can be converted, adapters merged: the recipes show how.',
  },
  ConfigInvalid: {
    title: "The model's config.json can not be used",
    meaning:
      '`config.json` is not JSON, lacks a value that the architecture needs, or contradicts the weights or the export.',
    remedy: 'Copy `config.json` from the checkpoint that the weights come from, unedited.',
  },
  ProcessorInvalid: {
    title: 'preprocessor_config.json can not be used',
    meaning:
      "The image processor's configuration is not JSON, lacks a value, or makes images of a size that the model can't take.",
    remedy:
      "Save it again with `AutoImageProcessor.from_pretrained(…).save_pretrained(…)`, or copy it from the base model. Its size must be the model's `image_size`.",
  },
  ProcessorUnsupported: {
    title: 'The image processor is not one of the known ones',
    meaning:
      'Images are prepared bit for bit as the image processors of ViT, DeiT, CLIP, SigLIP and BiT do. Another processor, or one that pads or gives images of different sizes, has no counterpart here, and an approximation would change the map without a word.',
    remedy: 'Embed the images in Python and store the embeddings: they need no processor.',
  },
  LossLogInvalid: {
    title: 'log.csv can not be read',
    meaning:
      'A line of `log.csv` is not what it should be: three numbers (loss, learning rate, epoch) or four (the norm of the gradient second), or, below a header, at least the columns `loss` and `epoch`.',
    remedy:
      "Mend the line that the message names, or leave `log.csv` out: `trainer_state.json` of the last checkpoint holds the Trainer's own log.",
  },
  TrainerStateInvalid: {
    title: 'trainer_state.json can not be read',
    meaning:
      'The file is not JSON as the Trainer writes it, or its `log_history` has entries without a step.',
    remedy: COPY_AGAIN,
  },
  SafetensorsInvalid: {
    title: 'A safetensors file is damaged',
    meaning:
      "The file is cut off, its header is not JSON, or the header's offsets don't fit the file. Nothing of a damaged file is used.",
    remedy: COPY_AGAIN,
  },
  TensorMissing: {
    title: 'A weight is missing',
    meaning:
      'The architecture that `config.json` names has a weight that the safetensors files lack: they hold another model, only an adapter, or only some of the shards.',
    remedy:
      'Copy all files of the checkpoint, with `model.safetensors.index.json` where it is sharded. Of a LoRA training save the merged model: `merge_and_unload()`.',
  },
  TensorShapeMismatch: {
    title: 'A weight has another shape than the configuration says',
    meaning: '`config.json` and the weights belong to different models.',
    remedy: 'Copy both from the same checkpoint.',
  },
  TensorTypeUnsupported: {
    title: 'A weight is stored in a type that is not read',
    meaning: 'Weights are read in float32, float16 and bfloat16. Quantised ones (int8, 4 bits) are not.',
    remedy: 'Save the model before it is quantised, or export it to ONNX.',
  },
  ArchitectureUnsupported: {
    title: 'The architecture can not be built from safetensors',
    meaning:
      'Weights alone say nothing of how they are computed with. ViT, DeiT, DINOv2, CLIP and SigLIP are built here; any other model needs its graph.',
    remedy: 'Export the checkpoints to ONNX, or store their embeddings.',
  },
  ModelRunFailed: {
    title: 'onnxruntime could not run the model',
    meaning: 'The graph was refused or failed while it ran; the message quotes what onnxruntime says.',
    remedy:
      'Check that `config.json` and the weights are of the same model, and that there is enough memory. Fewer `threads` take less of it.',
  },
  RuntimeMissing: {
    title: 'What runs the model is not installed',
    meaning:
      'Weights are run by `onnxruntime-node`, which is left out where it has no binary for the platform or its install script failed. ONNX exports are run by `@huggingface/transformers`, which a site installs itself: it is large, and safetensors need none of it.',
    remedy:
      'For weights: `ONNXRUNTIME_NODE_INSTALL=skip npm install`. For ONNX exports: `npm install @huggingface/transformers`. On a host: build from packed results, which need neither.',
  },
  EmbeddingsNotFinite: {
    title: 'An embedding is not a number, or infinite',
    meaning:
      'One value of an embedding is NaN or infinite: the training has diverged by this step, or the checkpoint is damaged. Neither neighbours nor axes exist for it.',
    remedy:
      'Leave this checkpoint and later ones out, or train with a lower learning rate. In float16 a value over 65,504 is infinite: store embeddings as float32.',
  },
  EmbeddingsInvalid: {
    title: 'Ready embeddings can not be used',
    meaning:
      '`embedding.safetensors`, `.npy` or `.parquet` is not one matrix of float16, float32 or float64 with a row for each image of the evaluation set.',
    remedy:
      'Embed all images of the set in its order and store one matrix, or choose the same images under `dataset` in `run.yaml`.',
  },
  DtypeUnavailable: {
    title: 'There is no export in this dtype',
    meaning:
      '`embedding.dtype` names an export that a checkpoint lacks, or the checkpoint has weights, which are always computed with in float32.',
    remedy: 'Take a dtype that is there, leave `dtype` out, or export the model in it.',
  },
  DeviceUnavailable: {
    title: 'The device can not be used here',
    meaning:
      "The option `device` names a way to a graphics card that onnxruntime doesn't have on this machine.",
    remedy: "Take one that the hint lists, or `'auto'`, which falls back to the processor.",
  },
  TooFewImages: {
    title: 'The evaluation set has too few images',
    meaning: 'A map and its outliers need at least three images.',
    remedy:
      'Check that `path`, `split` and `classes` under `dataset` are right: a set that comes out empty is most often a folder one level too high or too low.',
  },
  TooManyNeighbours: {
    title: 'k is larger than the number of neighbours',
    meaning: 'Of n images, each has n − 1 others to be its neighbours.',
    remedy: 'Set `k` in `run.yaml` to n − 1 or less, or leave it out.',
  },
  DatasetInvalid: {
    title: 'The evaluation set can not be read',
    meaning:
      'A path is wrong, a column is missing, a metadata file names images that are not there, an archive is damaged, a package is not installed, or a class that was chosen is not in the set.',
    remedy:
      'The message names the file and what is wrong with it; paths under `dataset` are relative to `run.yaml`.',
  },
  DownloadFailed: {
    title: 'A data set could not be downloaded',
    meaning:
      'The server could not be reached, or what came is not what was expected: the file is compared with its known digest.',
    remedy:
      'Run the command again: it goes on from what is there. Behind a proxy, download the file in another way and name its path in `run.yaml`.',
  },
  ImageUnreadable: {
    title: 'An image can not be decoded',
    meaning:
      'The file is damaged, in a format that is not read here (PNG, JPEG and WebP are), or has more than 89,478,485 pixels, where Pillow refuses too.',
    remedy: 'Check that it opens in an image viewer, save it again, or take it out of the set.',
  },
  LabelsMismatch: {
    title: 'The evaluation set has classes that the model does not know',
    meaning:
      'Class names are compared with `id2label` in `config.json` of the last checkpoint. A name that it lacks is most often a set that belongs to another run.',
    remedy:
      "Name the set's classes as in `id2label`. If the set is meant to have other classes, say `labels: own` under `dataset`.",
  },
  CheckpointsDiffer: {
    title: 'The checkpoints are of different models',
    meaning:
      'All checkpoints of a run are compared with its last one. One of another architecture or width can not be laid onto its map.',
    remedy: 'Keep the checkpoints of one training in a run; move the others to a run of their own.',
  },
  ArtifactsInvalid: {
    title: 'A result left the cache while it was needed',
    meaning: 'Something emptied the cache folder during a build.',
    remedy: 'Run the build again, and make sure that nothing empties the cache meanwhile.',
  },
  PackInvalid: {
    title: 'The packed results can not be read',
    meaning:
      'A file of `packed/` is missing, damaged, or of a later version of this package; or only some of its files were committed.',
    remedy:
      'Pack the run again where its checkpoints are, and commit all files of `packed/`. If the pack is newer, bring this package up to date.',
  },
  OutputFolderTaken: {
    title: 'The output folder holds other files, or can not be written',
    meaning:
      "`render --out` names a folder with files that no earlier `render` wrote. They might be somebody's work.",
    remedy: 'Name a new folder, or add `--force`: files of the same names are replaced, all others stay.',
  },
  CacheUnwritable: {
    title: 'The cache folder can not be written',
    meaning:
      'The disk is full, or the folder is read-only or belongs to somebody else. A build whose results are all in the cache already does without writing.',
    remedy:
      "Make room, make the folder writable, or set Astro's `cacheDir` (on the command line `--cache`) to another place.",
  },
  WorkerFailed: {
    title: 'A worker thread failed',
    meaning:
      'A thread ended without an answer, because the build was stopped or because memory ran out; the message quotes what it said.',
    remedy:
      'Run the build again: it goes on from what is finished. If it fails the same way, lower `threads`.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** The name of an error; tests and callers tell errors apart by it, never by the message. */
export type ErrorName = keyof typeof errorCatalogue;
