/** What pages may say of a run before it has been rendered. */
import type { RunOverview } from './artifacts/summary.ts';
import { slugOf } from './run-ids.ts';
import { classStyles, markerSymbol } from './rendering/index.ts';
import type { RunSource } from './run-source.ts';
import { listVariants } from './variants.ts';

/** What pages may say of a run without an embedding having been made. */
export function describeRun({ id, file, trainer, dataset, look, language }: RunSource): RunOverview {
  const { checkpoints, losses, lossGaps, evaluations } = trainer;
  const isBroken = (lossGaps?.at(-1)?.step ?? -1) > (losses.at(-1)?.step ?? -1);
  const last = checkpoints.at(-1)!; // readTrainerRun refuses a run without checkpoints
  const styles = classStyles(dataset.classNames, listVariants(look)[0].look);
  const accuracies = evaluations.flatMap(({ step, accuracy }) =>
    accuracy === undefined ? [] : [{ step, accuracy }],
  );
  return {
    id,
    slug: slugOf(id),
    title: file.title,
    description: file.description,
    credit: file.credit,
    modelType: last.modelType,
    hiddenSize: last.hiddenSize,
    parameters: last.parameters,
    images: dataset.items.length,
    classNames: [...dataset.classNames],
    classColours: styles.map(({ colour }) => colour),
    classMarkers: styles.map(({ marker }) => marker),
    markerPaths: Object.fromEntries(styles.map(({ marker }) => [marker, markerSymbol(marker)])),
    language,
    training: {
      steps: checkpoints.map(({ step }) => step),
      lastStep: last.step,
      epochs: last.epoch,
      classes: trainer.classNames.length,
      losses: { first: losses[0]?.loss, last: isBroken ? undefined : losses.at(-1)?.loss },
      accuracies,
    },
  };
}
