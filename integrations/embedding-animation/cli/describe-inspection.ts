/** An inspection in words, and as data. */
import type { Checkpoint } from '../contracts.ts';
import type { Inspection, PackState, Work } from './inspection.ts';
import { formatBytes, formatCount, formatTable } from './table.ts';

const PACK_WORDS: Readonly<Record<PackState, string>> = {
  none: 'none',
  current: 'current',
  stale: 'stale: the run has changed since; pack it again',
  'in use': 'in use: the checkpoints have no weights',
};

/** Lines to print. */
export function describeInspection(inspection: Inspection): string[] {
  const { source, state, work, cacheFolder } = inspection;
  const { trainer, dataset, file } = source;
  const last = trainer.checkpoints.at(-1)!; // a run has a checkpoint
  const weights = last.parameters === 0 ? '' : `, ${formatCount(last.parameters, 'weight')}`;
  const facts = [
    ['Run', `${source.id}: ${file.title}`],
    [
      'Data set',
      `${formatCount(dataset.items.length, 'image')} in ${formatCount(dataset.classNames.length, 'class', 'classes')}: ${dataset.source}`,
    ],
    ['Model', `${last.modelType}, embeddings of ${last.hiddenSize} numbers${weights}`],
    [
      'History',
      `${formatCount(trainer.losses.length, 'loss', 'losses')}, ${formatCount(trainer.evaluations.length, 'evaluation')}`,
    ],
    ['Pack', describePack(inspection)],
    ['Cache', cacheFolder],
  ];
  const states = new Map(state.checkpoints.map((checkpoint) => [checkpoint.step, checkpoint]));
  const rows = trainer.checkpoints.map(({ step, form, bytes }) => {
    const known = states.get(step);
    const embeddings = form === 'embeddings' ? 'ready' : wordOf(known?.isEmbedded);
    return [String(step), form, formatBytes(bytes), embeddings, wordOf(known?.isAnalysed)];
  });
  return [
    ...formatTable(facts),
    '',
    ...formatTable([['step', 'form', 'size', 'embeddings', 'analysis'], ...rows]),
    '',
    ...formatTable(work.map(describeWork)),
    describeTotal(work),
  ];
}

/** The same as plain data, without paths of this machine. */
export function summariseInspection({ source, state, pack, packBytes, work }: Inspection) {
  const { trainer, dataset } = source;
  const states = new Map(state.checkpoints.map((checkpoint) => [checkpoint.step, checkpoint]));
  return {
    run: source.id,
    title: source.file.title,
    dataset: {
      source: dataset.source,
      digest: dataset.digest,
      images: dataset.items.length,
      classNames: dataset.classNames,
    },
    history: { losses: trainer.losses.length, evaluations: trainer.evaluations.length },
    pack: { state: pack, bytes: packBytes },
    checkpoints: trainer.checkpoints.map((checkpoint) => ({
      ...describeCheckpoint(checkpoint),
      embedded: states.get(checkpoint.step)?.isEmbedded ?? false,
      analysed: states.get(checkpoint.step)?.isAnalysed ?? false,
    })),
    rendered: state.isRendered,
    work,
  };
}

function describeCheckpoint({ step, form, bytes, modelType, hiddenSize, parameters, digest }: Checkpoint) {
  return { step, form, bytes, modelType, hiddenSize, parameters, digest };
}

function describePack({ source, pack, packBytes }: Inspection): string {
  if (pack === 'none') return PACK_WORDS.none;
  const each = packBytes / (source.trainer.checkpoints.length * source.dataset.items.length);
  return `${PACK_WORDS[pack]}; ${formatBytes(packBytes)}, ${each.toFixed(2)} bytes per point and frame`;
}

/** Packed checkpoints have no state: their results are there in another way. */
function wordOf(isThere: boolean | undefined): string {
  if (isThere === undefined) return 'packed';
  return isThere ? 'cached' : 'to do';
}

function describeWork({ stage, unit, missing, total, seconds }: Work): string[] {
  const done = missing === 0 ? 'nothing to do' : `about ${formatDuration(seconds)}`;
  return [stage, `${missing} of ${formatCount(total, unit)}`, done];
}

function describeTotal(work: readonly Work[]): string {
  const seconds = work.reduce((sum, { seconds }) => sum + seconds, 0);
  return seconds === 0 ? 'A build has nothing to compute.' : `In all about ${formatDuration(seconds)} here.`;
}

function formatDuration(seconds: number): string {
  if (seconds < 1) return '1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
