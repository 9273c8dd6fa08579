/** What lies in a run’s folder. */
import { always, fileHints, refusedText, when, type ErrorEntry } from './entry.ts';

const COPY_AGAIN =
  'Copy the file again and compare sizes: an interrupted copy is the usual cause. If it is a Git LFS pointer, run `git lfs pull`.';

const COPY_OUTPUT_FOLDER =
  'Copy the output folder of a Hugging Face Trainer here: checkpoint-<step>/ with config.json and model.safetensors.';

const KEEP_ONE_TRAINING =
  'Keep the checkpoints of one training in a run; move the others to a run of their own.';

/** Which model there is where no folder is called as the Trainer calls it, and the pattern that would find it. */
export interface OtherModels {
  readonly where: string;
  readonly pattern: string;
}

/** A model, and that of the last checkpoint. */
export interface DifferingModels {
  readonly modelType: string;
  readonly hiddenSize: number;
  readonly lastStep: number;
  readonly lastModelType: string;
  readonly lastHiddenSize: number;
}

/** Checkpoints whose logs contradict each other. */
export interface MixedTrainings {
  /** How many trainings they are of. */
  readonly count: number;
  /** Names of the checkpoints of each training. */
  readonly trainings: string;
  /** What the logs say different things of, and at which step. */
  readonly key: string;
  readonly step: number;
  /** What a log says, and what another. */
  readonly one: string;
  readonly other: string;
  /** Names of the checkpoints of one training, as a list. */
  readonly choice: string;
  /** Names of the checkpoints of the training that seems to be the newest; empty where nothing tells. */
  readonly newest: string;
}

/** What a pattern of `checkpoints` was looked for in. */
export interface MissedPattern {
  readonly pattern: string;
  /** Empty for the run's own folder. */
  readonly folder: string;
  /** The folders that are there; empty where there are none. */
  readonly there: string;
}

const sayPattern = ({ pattern }: OtherModels): string =>
  `Say which folders are the checkpoints: checkpoints: '${pattern}' in run.yaml, or --checkpoints '${pattern}'.`;

const sayThere = ({ folder, there }: MissedPattern): string =>
  `${folder || 'the run'} has ${there || 'no folder'}`;

const CORRECT_PATTERN =
  'Correct "checkpoints" in run.yaml, or leave it out where the folders are called checkpoint-<step>.';

const adviseChoice = ({ choice, newest }: MixedTrainings): string =>
  'Checkpoints of an earlier training stay in a folder that is trained into again: move those of one training to a ' +
  `run of their own, or choose in run.yaml: checkpoints: [${choice}].` +
  (newest === '' ? '' : ` The newer one seems to be ${newest}.`) +
  ' To show several trainings in one run on purpose, say each step: { folder: <name>, step: <number> }.';

const COPY_CONFIG = fileHints.config;

export const checkpointsErrors = {
  NoCheckpoints: {
    title: 'The run has no checkpoints',
    meaning:
      'No folder of the run is named `checkpoint-<step>`, as the Hugging Face Trainer names them, and it has no packed results either.',
    remedy:
      "Copy the Trainer's output folder here, the one that was its `output_dir`. If your checkpoints have other names, say how in `checkpoints` of `run.yaml`.",
    hint: COPY_OUTPUT_FOLDER,
    cases: {
      folderUnreadable: always("the run's folder can not be read"),
      none: always('the run has no folder checkpoint-<step>'),
      othersThere: when(
        ({ where }: OtherModels) => `the run has no folder checkpoint-<step>; there is a model in ${where}`,
        sayPattern,
      ),
      modelInRun: when<OtherModels>(
        () => "the run has no folder checkpoint-<step>; there is a model in the run's own folder",
        sayPattern,
      ),
      noneFits: when(
        (facts: MissedPattern) => `no folder fits "${facts.pattern}"; ${sayThere(facts)}`,
        () => CORRECT_PATTERN,
      ),
      noSuchFolder: when(
        (facts: MissedPattern) => `there is no folder "${facts.pattern}"; ${sayThere(facts)}`,
        () => CORRECT_PATTERN,
      ),
    },
  },
  CheckpointInvalid: {
    title: 'A checkpoint lacks files, or can not be read',
    meaning:
      'A checkpoint holds neither weights, nor an ONNX export, nor ready embeddings; lacks a file that goes with them, such as `preprocessor_config.json`; or its folder is not named as the Trainer names it. `pytorch_model.bin` is pickle and never read; shards of DeepSpeed and FSDP have to be merged first.',
    remedy:
      'Copy what the message names. Weights saved as `pytorch_model.bin` can be converted: the recipes show how.',
    cases: {
      nothingThere: when(
        ({ wanted }: { wanted: string }) => `the checkpoint has ${wanted}`,
        () => 'Copy the whole checkpoint, or delete its folder.',
      ),
      otherLayout: when(
        ({ wanted, found }: { wanted: string; found: string; way: string }) =>
          `the checkpoint has ${wanted}; it has ${found}`,
        ({ way }) => way,
      ),
      dataMissing: when(
        ({ data }: { data: string }) => `its weights lie in ${data}, which is not there`,
        () => 'Copy the export again, all of its files, under the names they had.',
      ),
      dataOutside: when(
        ({ data }: { data: string }) => `its weights lie in "${data}", outside of the model's folder`,
        () => 'Save the export with its external data beside it, or without external data.',
      ),
      noWeightMap: always(
        'the index has no "weight_map" from tensors to shards',
        'Copy the file again from where the model was trained.',
      ),
      shardMissing: when(
        ({ shard }: { shard: string }) => `the index lists the shard ${shard}, which is not there`,
        () => 'Copy all shards of the checkpoint.',
      ),
      exportUnreadable: always('can not be read', 'Copy the export again, all of its files.'),
      refused: when(refusedText, () => 'Make its files readable for you, or copy it again.'),
      notAStep: when<{ name: string }>(
        () => "the folder's name is not a step as the Trainer writes it",
        ({ name }) => `Rename it to ${name}.`,
      ),
      noStep: when<{ folder: string }>(
        () =>
          'its step is not known: there is no "global_step" in a trainer_state.json, and no number in its name',
        ({ folder }) =>
          `Say it under "checkpoints" in run.yaml: { folder: ${folder}, step: <number> }, or as --checkpoints '${folder}=<number>'; 0 is the model before its training.`,
      ),
      sameStep: when(
        ({ one, other }: { one: string; other: string }) => `${one} and ${other} are both of this step`,
        () =>
          'Choose the folders by "checkpoints" in run.yaml, or say a folder\'s step there: { folder: <name>, step: <number> }.',
      ),
      nothingToPack: always(
        'there is nothing to pack: its checkpoints have no weights, and its pack is all there is',
        'Run the command where the checkpoints are.',
      ),
    },
  },
  CheckpointsDiffer: {
    title: 'The checkpoints are of different models',
    meaning:
      'All checkpoints of a run are compared with its last one. One of another architecture or width can not be laid onto its map.',
    remedy: KEEP_ONE_TRAINING,
    hint: KEEP_ONE_TRAINING,
    cases: {
      differ: when(
        ({ modelType, hiddenSize, lastStep, lastModelType, lastHiddenSize }: DifferingModels) =>
          `the model is ${modelType} with hidden size ${hiddenSize}, but the last checkpoint (step ${lastStep}) is ` +
          `${lastModelType} with hidden size ${lastHiddenSize}`,
      ),
    },
  },
  TrainingsMixed: {
    title: 'The checkpoints are of several trainings',
    meaning:
      'The Trainer keeps its log in the `trainer_state.json` of every checkpoint and only adds to it, so that each log begins all later ones. These contradict each other: a second training into the same folder has left checkpoints of the first, and its film would go from one into the other.',
    remedy:
      'Move the checkpoints of one training to a run of their own, or choose those of the other by `checkpoints` in `run.yaml`: a list of the folders that the message names together.',
    cases: {
      mixed: when(
        ({ count, trainings, key, step, one, other }: MixedTrainings) =>
          `the checkpoints are of ${count} trainings: ${trainings}. ` +
          `At step ${step} "${key}" is ${one} and ${other}`,
        adviseChoice,
      ),
    },
  },
  ConfigInvalid: {
    title: "The model's config.json can not be used",
    meaning:
      '`config.json` is not JSON, lacks a value that the architecture needs, or contradicts the weights or the export.',
    remedy: 'Copy `config.json` from the checkpoint that the weights come from, unedited.',
    hint: 'Copy config.json from the training again; the model can not be built without it.',
    cases: {
      notAnObject: always('this is not a JSON object', COPY_CONFIG),
      noModelType: always('"model_type" is missing', COPY_CONFIG),
      noHiddenSize: always(
        '"hidden_size" is not a positive whole number',
        'Copy config.json again from where the model was trained; where the model calls it by another name, write "hidden_size" into it: the width of an embedding.',
      ),
      labelsNotAnObject: always('"id2label" is not an object', COPY_CONFIG),
      labelMissing: when(
        ({ classes, index }: { classes: number; index: number }) =>
          `"id2label" has ${classes} classes but no class ${index}`,
        () => COPY_CONFIG,
      ),
      labelUnnamed: when(
        ({ index }: { index: number }) => `"id2label" has no name for class ${index}`,
        () => COPY_CONFIG,
      ),
      patches: when(
        ({ patches }: { patches: string }) =>
          `image_size: makes ${patches} patches, whose positions can not be interpolated as a square`,
      ),
      hiddenSize: when(
        ({ said, width }: { said: number; width: number }) =>
          `says that the hidden size is ${said}, and the exported model's is ${width}`,
        () => 'Set "hidden_size" in config.json to the width of the embeddings that the export gives.',
      ),
      classes: when(
        ({ said, given }: { said: number; given: number }) =>
          `says that there are ${said} classes, and the exported model gives ${given} logits`,
        () => 'Set "id2label" in config.json to the classes of the export, one name for each logit.',
      ),
    },
  },
  ProcessorInvalid: {
    title: 'preprocessor_config.json can not be used',
    meaning:
      "The image processor's configuration is not JSON, lacks a value, or makes images of a size that the model can't take.",
    remedy:
      "Save it again with `AutoImageProcessor.from_pretrained(…).save_pretrained(…)`, or copy it from the base model. Its size must be the model's `image_size`.",
    hint: 'Save it beside every checkpoint: give the image processor to the Trainer (processing_class=…), or call image_processor.save_pretrained(…).',
    cases: {
      key: when(({ key, wanted }: { key: string; wanted: string }) => `${key}: must be ${wanted}`),
      sizeOfModel: when(
        ({ made, wanted }: { made: string; wanted: string }) =>
          `makes images of ${made} px, and the model of config.json takes ${wanted} px`,
        () => 'Set "size" (or "crop_size") to the image_size of config.json.',
      ),
      smallerThanPatch: when(
        ({ made, patch }: { made: string; patch: string }) =>
          `makes images of ${made} px, and the model of config.json cuts them into patches of ${patch} px`,
        () => 'Set "size" (or "crop_size") to at least one patch.',
      ),
    },
  },
  ProcessorUnsupported: {
    title: 'The image processor is not one of the known ones',
    meaning:
      'Images are prepared bit for bit as the image processors of ViT, DeiT, CLIP, SigLIP and BiT do. Another processor, or one that pads or gives images of different sizes, has no counterpart here, and an approximation would change the map without a word.',
    remedy: 'Embed the images in Python and store the embeddings: they need no processor.',
    cases: {
      unsupported: when(
        ({ what }: { what: string; known: string }) => `${what}, which is not supported`,
        ({ known }) => `Use one of ${known}, with size {height, width} or {shortest_edge}, and no padding.`,
      ),
      sizesDiffer: when(
        ({ image, made, first }: { image: string; made: string; first: string }) =>
          `image "${image}" comes out at ${made} px and the first one at ${first} px`,
        () =>
          'A model takes images of one size: set "size" to {height, width}, or "do_center_crop" with a "crop_size".',
      ),
    },
  },
  LossLogInvalid: {
    title: 'log.csv can not be read',
    meaning:
      'The file is there, but its content has not been fetched or may not be read. A file that is not what it should be (three numbers a line: loss, learning rate, epoch; or four, the norm of the gradient second; or, below a header, at least the columns `loss` and `epoch`) is left out with a [notice](../notices/) and stops no build.',
    remedy:
      "Make the file readable, or remove it: `trainer_state.json` of the last checkpoint holds the Trainer's own log.",
    hint: 'Make the file readable for you, or remove it: the run can be shown without.',
    cases: {
      columnsWrong: when(
        ({ line, columns, wanted }: { line: number; columns: string; wanted: string }) =>
          `line ${line}: the row has ${columns} instead of ${wanted}`,
        () => 'Separate columns by commas, and write all rows alike.',
      ),
      noEpoch: when(
        ({ line }: { line: number }) => `line ${line}: the header has no column "epoch"`,
        () => 'Name the columns: loss, learning_rate, epoch.',
      ),
      goesBack: when(
        ({ line, column, from, to }: { line: number; column: string; from: number; to: number }) =>
          `line ${line}: the ${column} goes back from ${from} to ${to}`,
        () => 'Keep the rows of one training: delete those of an earlier attempt.',
      ),
    },
  },
  TrainerStateInvalid: {
    title: 'trainer_state.json can not be read',
    meaning:
      'The file is there, but its content has not been fetched or may not be read; or the step of a folder is to be taken from it and it is not JSON; or it has no evaluation as `evaluation` in `run.yaml` names it. Otherwise a damaged file, or a value in it that can not be used, is left out with a [notice](../notices/) and stops no build.',
    remedy: COPY_AGAIN,
    hint: 'Copy trainer_state.json again from where the model was trained, or delete it.',
    cases: {
      noHistory: always('"log_history" is not a list'),
      noSuchEvaluation: when(
        ({ wanted }: { wanted: string; there: string }) =>
          `the log has no accuracy of an evaluation "${wanted}", which run.yaml asks for`,
        ({ there }) =>
          there === ''
            ? 'No row of the log has an accuracy: leave "evaluation" out of run.yaml.'
            : `Set "evaluation" in run.yaml to one of ${there}, or leave it out.`,
      ),
    },
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
