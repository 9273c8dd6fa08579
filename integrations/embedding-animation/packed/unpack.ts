/** The parts of a pack as the rest of the package knows them. */
import { join } from 'node:path';
import type { Dataset, Frame, LossRow, RgbImage, TrainerRun } from '../contracts.ts';
import { distancesOf } from './distances.ts';
import { packInvalid } from './pack-invalid.ts';
import type { PackedPoints } from './points.ts';
import { PACK_FILES, type Pack } from './schema.ts';
import { cutThumbnail } from './sprite.ts';

/** One frame's figures and points, with what is said of its checkpoint. */
export function unpackFrame(
  checkpoint: Pack['checkpoints'][number],
  { step, meanDistance, outliers, ...figures }: Pack['frames'][number],
  { points, scores }: PackedPoints['frames'][number],
): Frame {
  return {
    ...figures,
    step,
    epoch: checkpoint.epoch,
    loss: checkpoint.loss,
    accuracy: checkpoint.accuracy,
    points,
    scores,
    meanDistances: distancesOf(scores, meanDistance),
    outliers: outliers.map(([index, score]) => ({ index, score })),
  };
}

/** Checkpoints of the form `packed`, and the history of their training. */
export function unpackTrainer(
  pack: Pack,
  losses: readonly LossRow[],
  run: string,
  folder: string,
): TrainerRun {
  return {
    run,
    folder,
    checkpoints: pack.checkpoints.map((checkpoint) => ({
      ...checkpoint,
      epoch: checkpoint.epoch,
      loss: checkpoint.loss,
      accuracy: checkpoint.accuracy,
      run,
      folder: join(folder, `checkpoint-${checkpoint.step}`),
      form: 'packed',
      files: [],
    })),
    losses,
    lossGaps: pack.lossGaps?.map(([step, epoch]) => ({ step, epoch })),
    evaluations: pack.evaluations.map((row) => ({ ...row, accuracy: row.accuracy, loss: row.loss })),
    classNames: pack.modelClassNames,
    notices: [], // they are among the results
  };
}

/** The evaluation set; it decodes the images that lead in some frame, and no other. */
export function unpackDataset(
  { dataset, thumbnails }: Pack,
  { items }: PackedPoints,
  picture: RgbImage,
): Dataset {
  const positions = new Map(thumbnails.images.map(([index], position) => [index, position]));
  return {
    classNames: dataset.classNames,
    items,
    digest: dataset.digest,
    source: dataset.source,
    decode(index) {
      const position = positions.get(index);
      if (position === undefined) {
        return Promise.reject(packInvalid(PACK_FILES.thumbnails, 'notPacked', { image: index }));
      }
      return Promise.resolve(cutThumbnail(picture, thumbnails, position));
    },
  };
}
