/**
 * Notices: what was in a run's folder or its evaluation set and is not used, or is used with a reservation. A notice
 * is said once: in the terminal when the run is rendered, by `inspect`, and in `animation.json`. It never stops a
 * build; what makes a picture wrong is an error instead.
 */
import { z } from 'zod';
import type { Notice } from './contracts.ts';

/** A notice, as files and commands have it. */
export const noticeSchema = z.strictObject({
  name: z.string().describe('Which notice it is.'),
  text: z.string().describe('What is to be known.'),
  count: z.int().describe('How many items there are.'),
  items: z
    .array(z.string())
    .describe('What it is about, such as names of files: the first 100 where there are more.'),
});

/** What the catalogue knows of a notice. The meaning is Markdown, for the documentation. */
export interface NoticeEntry<Facts> {
  /** What it means for the pictures, and what to do where that is not what was meant. */
  readonly meaning: string;
  /** `warn` where the author should look at it before publishing; `info` where it is as good authors would expect. */
  readonly level: 'info' | 'warn';
  /** A sentence or two that stand on their own, without the last full stop: the items follow. */
  readonly text: (facts: Facts & { readonly count: number }) => string;
}

/** Items that a notice keeps; `count` says how many there were. */
const ITEMS_KEPT = 100;
/** Items that are named in a line of the terminal. */
const ITEMS_SAID = 5;

/** An entry whose text is made from `Facts` and the number of items. */
function entry<Facts = unknown>(described: NoticeEntry<Facts>): NoticeEntry<Facts> {
  return described;
}

/** Every notice by its name, with its text. */
export const noticeCatalogue = {
  ImagesUnreadable: entry({
    level: 'warn',
    meaning:
      'Images that can not be decoded are left out of all frames, since run.yaml says `onUnreadable: skip` under ' +
      '`dataset`. Accuracies are those that the Trainer logged, which may have counted them.',
    text: ({ count }) =>
      count === 1
        ? 'An image can not be decoded and is left out'
        : `${count} images can not be decoded and are left out`,
  }),
  CheckpointsNotUsed: entry({
    level: 'info',
    meaning:
      'Folders with a model in them, such as `checkpoint-best`, are not among the frames, since their names give no step. ' +
      '`checkpoints` in run.yaml chooses which folders are.',
    text: ({ count }) =>
      `${count === 1 ? 'A folder with a model is' : `${count} folders with a model are`} left out, since not called checkpoint-<step>. ` +
      '"checkpoints" in run.yaml chooses others',
  }),
  AdapterNotUsed: entry({
    level: 'warn',
    meaning:
      'A checkpoint holds `model.safetensors` and an adapter of PEFT. The whole weights are read, and taken to be the merged ' +
      'ones. Where they are those of the model before its training, move them away: an adapter alone is read with its base.',
    text: ({ count }) =>
      `${count === 1 ? 'An adapter is' : `${count} adapters are`} not read, since whole weights lie beside ${count === 1 ? 'it' : 'them'}`,
  }),
  TensorsNotRead: entry({
    level: 'warn',
    meaning:
      'Weights beside the image model belong to none of the heads that are known. Nothing of them shows in the pictures; what ' +
      'they compute after the model is not part of an embedding.',
    text: ({ count }) =>
      `${count === 1 ? 'A tensor beside the image model is' : `${count} tensors beside the image model are`} not read`,
  }),
  PositionsInterpolated: entry<{ readonly made: string }>({
    level: 'info',
    meaning:
      'The image processor makes images of another size than `image_size` of `config.json`. The positions of the patches are ' +
      'interpolated, as transformers does with `interpolate_pos_encoding=True`; a training that used these images had to.',
    text: ({ made }) =>
      `Positions of the patches are interpolated, since the image processor makes images of ${made} px and the model was made for others`,
  }),
  FramesIdentical: entry({
    level: 'warn',
    meaning:
      'Checkpoints give the same embeddings, bit for bit: the image model did not change between them. The training may have ' +
      'kept it frozen and changed the head alone, or what was trained is stored elsewhere.',
    text: ({ count }) =>
      `${count === 1 ? 'A checkpoint gives' : `${count} checkpoints give`} the embeddings of the checkpoint before, bit for bit`,
  }),
  MapsLeftOut: entry<{ readonly reason: string }>({
    level: 'warn',
    meaning:
      'A map that `maps` names can not be made for this run, for the reason that is said: a class map needs a classifier whose classes are those of the images. The other maps are not touched.',
    text: ({ count, reason }) =>
      `${count === 1 ? 'A map is' : `${count} maps are`} left out, since ${reason}`,
  }),
  MirrorUncertain: entry<{ readonly map: string }>({
    level: 'info',
    meaning:
      'Where a frame was laid onto another, a rotation and a reflection fit almost equally well: which one was taken is little more than chance, and the frame may seem to flip. A map with shared axes, such as `projection: pooled`, has nothing to choose.',
    text: ({ count, map }) =>
      `On the map "${map}" ${count === 1 ? 'a frame fits' : `${count} frames fit`} as well turned as mirrored, so that it may seem to flip there`,
  }),
  LossesLeftOut: entry<{ readonly values: number }>({
    level: 'warn',
    meaning:
      'Losses in the log are no finite numbers (NaN or infinite: the training diverged, or overflowed in half precision), or larger than float32 holds. They are left out: the curve is broken there, and a frame whose last logged loss is one of them shows none. The items are their steps.',
    text: ({ values }) =>
      `${values === 1 ? 'A loss is' : `${values} losses are`} left out, since no finite number or too large to draw; the curve is broken there. Steps`,
  }),
  HistoryValuesLeftOut: entry({
    level: 'warn',
    meaning:
      'Values in `trainer_state.json` or `log.csv` are not what they should be and are left out, such as an accuracy that is NaN, an object or a percentage, or a row without a step. An epoch is taken in proportion to those that are known. An accuracy must be between 0 and 1: divide percentages by 100 where metrics are computed.',
    text: ({ count }) =>
      `${count === 1 ? 'A kind of value' : `${count} kinds of values`} of the log can not be used and ${count === 1 ? 'is' : 'are'} left out`,
  }),
  HistoryNotRead: entry({
    level: 'warn',
    meaning:
      'A `trainer_state.json` or a `log.csv` is damaged and left out as a whole. The log of an earlier checkpoint stands in for it where there is one; otherwise frames have no loss, epoch or accuracy from it.',
    text: () => 'A log is damaged and left out',
  }),
  HistoryEndsEarly: entry<{ readonly end: number }>({
    level: 'warn',
    meaning:
      'The log that stands for the whole run was written before its last checkpoints, which have none of their own: by an earlier training, or before it was resumed. What it says of later steps is only that they were not logged. Copy the `trainer_state.json` of the last checkpoint.',
    text: ({ end }) =>
      `The log of the run ends at step ${end}, before checkpoints that have none of their own`,
  }),
  LogsDiffer: entry<{ readonly key: string; readonly step: number }>({
    level: 'warn',
    meaning:
      "The last checkpoint has no log of its own, and the log of the run's folder, which stands in for it, contradicts that of an earlier checkpoint: they are of two trainings. Losses and accuracies are those of the run's folder.",
    text: ({ key, step }) =>
      `Logs are of two trainings: at step ${step} they say different things of "${key}". Losses and accuracies are those of the second`,
  }),
  EvaluationsNotUsed: entry<{ readonly used: string }>({
    level: 'info',
    meaning:
      'The Trainer evaluated several sets; frames show the accuracy on one of them. `evaluation` in run.yaml chooses another by its name.',
    text: ({ used, count }) =>
      `Frames show ${used}, and not the accuracy on ${count === 1 ? 'another evaluation set' : `${count} other evaluation sets`}. "evaluation" in run.yaml chooses`,
  }),
  AccuracyNotFound: entry({
    level: 'info',
    meaning:
      'The evaluations have no `eval_accuracy`, but other metrics. Where one of them is an accuracy by another name, `evaluation: eval_acc` in run.yaml shows it as such.',
    text: () =>
      'The evaluations have no eval_accuracy. If one of these is an accuracy, name it as "evaluation" in run.yaml',
  }),
  CheckpointsWithoutAccuracy: entry<{ readonly checkpoints: number }>({
    level: 'info',
    meaning:
      'Nothing was evaluated at the steps of some checkpoints, so their frames show no accuracy: `save_steps` and `eval_steps` of the training should be the same.',
    text: ({ count, checkpoints }) =>
      `${count} of ${checkpoints} checkpoints have no accuracy, since nothing was evaluated at ${count === 1 ? 'its step' : 'their steps'}`,
  }),
  OtherTraining: entry({
    level: 'warn',
    meaning:
      "A checkpoint whose step run.yaml says is of another training than the last one: its log contradicts that one's. It is shown at the step that was said; losses and accuracies are those of the last checkpoint's training.",
    text: ({ count }) =>
      `${count === 1 ? 'A checkpoint is' : `${count} checkpoints are`} of another training than the last one, and shown at the step that run.yaml says`,
  }),
  LabelsDiffer: entry<{ readonly last: string }>({
    level: 'info',
    meaning:
      "The `id2label` of some checkpoints is not the last one's, which is what classes are compared with and counted by. The model before a fine-tuning often has another head; the names of one training do not change.",
    text: ({ count, last }) =>
      `${count === 1 ? 'A checkpoint has' : `${count} checkpoints have`} another id2label than ${last}, whose classes count`,
  }),
  ProcessorsDiffer: entry<{ readonly last: string }>({
    level: 'warn',
    meaning:
      "Images are prepared for each checkpoint as its own `preprocessor_config.json` says, and some say something else than the last one's: what moves on the map may be the preparation, not the model. Within one training they are the same.",
    text: ({ count, last }) =>
      `${count === 1 ? 'A checkpoint prepares' : `${count} checkpoints prepare`} images in another way than ${last}`,
  }),
  EmbeddingColumnsNotUsed: entry({
    level: 'info',
    meaning:
      'Files of ready embeddings hold other columns or tensors beside the embeddings, such as ids, labels or scores. ' +
      'They are not part of the vectors. `embedding.column` in run.yaml chooses others.',
    text: ({ count }) =>
      `${count === 1 ? 'A column or tensor' : `${count} columns or tensors`} beside the ready embeddings ` +
      `${count === 1 ? 'is' : 'are'} not part of them. "embedding.column" in run.yaml chooses others`,
  }),
  ImagesLeftOut: entry<{ readonly kinds: string }>({
    level: 'warn',
    meaning:
      'Files of the image folder hold images, or are films and archives that may, and are not read: in a format that is not (PNG, JPEG, WebP, TIFF, GIF and BMP are), ' +
      'under a name without the extension of an image, hidden, or in a folder called `__…`, which the datasets library skips as well. ' +
      'A class that would lose all of its images is an error instead.',
    text: ({ count, kinds }) =>
      `${count === 1 ? 'A file that holds or may hold images is' : `${count} files that hold or may hold images are`} not read (${kinds})`,
  }),
  ImagesNotListed: entry<{ readonly file: string }>({
    level: 'info',
    meaning:
      'Where there is a metadata file, the images that it lists are the set, as in the datasets library; there are more in the folder.',
    text: ({ count, file }) =>
      `${count === 1 ? 'An image is' : `${count} images are`} left out, since not listed in ${file}`,
  }),
  FoldersWithoutImages: entry({
    level: 'info',
    meaning:
      'Folders beside the classes hold no image, so they are none: perhaps a download was cut short, or they hold something else.',
    text: ({ count }) =>
      `${count === 1 ? 'A folder has no image and is' : `${count} folders have no image and are`} no class`,
  }),
  MetadataNotRead: entry({
    level: 'warn',
    meaning:
      'A file is called almost like a metadata file, but only `metadata.csv`, `metadata.jsonl` and `metadata.parquet` are read, as by the datasets library; the folders are the classes.',
    text: ({ count }) =>
      `${count === 1 ? 'A file looks' : `${count} files look`} like a metadata file and ${count === 1 ? 'is' : 'are'} not read: only metadata.csv, metadata.jsonl and metadata.parquet are`,
  }),
  ClassesWithoutImages: entry({
    level: 'info',
    meaning:
      'The set names classes that no image of the split belongs to: the legend has them, the map does not.',
    text: ({ count }) => `${count === 1 ? 'A class has' : `${count} classes have`} no image in the set`,
  }),
  LabelColumnsNotUsed: entry<{ readonly used: string }>({
    level: 'info',
    meaning:
      'A Parquet file has several columns of classes, and nobody chose one: the first is used. `labelColumn` under `dataset` in run.yaml chooses another.',
    text: ({ used }) => `The column "${used}" has the classes. "labelColumn" in run.yaml chooses another one`,
  }),
  ImageColumnsNotUsed: entry<{ readonly used: string }>({
    level: 'info',
    meaning:
      'A Parquet file has several columns of images, and nobody chose one: the first is used. `imageColumn` under `dataset` in run.yaml chooses another.',
    text: ({ used }) => `The column "${used}" has the images. "imageColumn" in run.yaml chooses another one`,
  }),
} as const;

/** The name of a notice. */
export type NoticeName = keyof typeof noticeCatalogue;

type Facts<Name extends NoticeName> =
  (typeof noticeCatalogue)[Name] extends NoticeEntry<infer Known> ? Known : never;

/**
 * Makes one of the catalogue's notices.
 * @param items what it is about, such as names of files, in a stable order; the first 100 are kept
 * @param facts what its text is made from
 */
export function makeNotice<Name extends NoticeName>(
  name: Name,
  items: readonly string[],
  facts: Facts<Name>,
): Notice {
  const { text }: NoticeEntry<never> = noticeCatalogue[name];
  const known = { ...(facts as object), count: items.length } as never; // the facts of this very entry, as callers' types ask for
  return { name, text: text(known), count: items.length, items: items.slice(0, ITEMS_KEPT) };
}

/** Notices as files have them: nothing where there is none. */
export function noticeData(notices: readonly Notice[]): z.output<typeof noticeSchema>[] | undefined {
  return notices.length === 0
    ? undefined
    : notices.map(({ items, ...said }) => ({ ...said, items: [...items] }));
}

/** A notice as one line: its text and the first of its items. */
export function describeNotice({ text, count, items }: Notice): string {
  if (items.length === 0) return `${text}.`;
  const said = items.slice(0, ITEMS_SAID).join(', ');
  const rest = count - Math.min(count, ITEMS_SAID);
  return `${text}: ${said}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

/** How loudly a notice is said; one of a later version, from a pack, is said like any. */
export function levelOf({ name }: Notice): 'info' | 'warn' {
  return isKnown(name) ? noticeCatalogue[name].level : 'warn';
}

function isKnown(name: string): name is NoticeName {
  return Object.hasOwn(noticeCatalogue, name);
}
