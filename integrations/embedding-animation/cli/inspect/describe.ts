/** An inspection in words, and as data. */
import { adviseOnMaps } from '../../compare-maps.ts';
import { describeNotice, noticeData } from '../../notices.ts';
import { describeAdvice } from '../compare.ts';
import { describeProblem } from '../failures.ts';
import type { InspectedCheckpoint, Inspection, PackState } from './inspection.ts';
import type { Work } from './work.ts';
import type { InspectResult } from '../results.ts';
import { formatBytes, formatCount, formatTable, formatTerms, wrapText } from '../text.ts';

const PACK_WORDS: Readonly<Record<PackState, string>> = {
  none: 'none',
  current: 'current',
  stale: 'stale: the run has changed since; pack it again',
  'in use': 'in use: the checkpoints have no weights',
  unknown: 'there, but the run can not be compared with it',
};

/** Lines to print, of at most `columns` letters where words allow. */
export function describeInspection(inspection: Inspection, columns: number): string[] {
  const { id, title, dataset, history, notices, checkpoints, problems, work } = inspection;
  const images =
    dataset === undefined
      ? 'not to be used, see below'
      : `${formatCount(dataset.items.length, 'image')} in ${formatCount(dataset.classNames.length, 'class', 'classes')}: ${dataset.source}`;
  const facts: [string, string][] = [
    ['Run', title === id ? id : `${id}: ${title}`],
    ['Data set', images],
    ['Model', describeModel(checkpoints)],
    [
      'History',
      `${formatCount(history.losses, 'loss', 'losses')}, ${formatCount(history.evaluations, 'evaluation')}`,
    ],
    ...listMaps(inspection),
    ['Pack', describePack(inspection)],
    ['Cache', inspection.cacheFolder],
    ...notices.map((notice): [string, string] => ['Notice', describeNotice(notice)]),
  ];
  return [
    ...formatTerms(facts, columns, ''),
    '',
    ...listCheckpoints(inspection),
    ...(work.length === 0 ? [] : ['', ...formatTable(work.map(describeWork)), describeTotal(work)]),
    ...(problems.length === 0 ? [] : ['', 'A build can not use this run:']),
    ...problems.flatMap(({ message, hint }) => [
      ...wrapText(`- ${message}`, columns).map((line, index) => (index === 0 ? line : `  ${line}`)),
      ...wrapText(hint, columns - 4).map((line) => `    ${line}`),
    ]),
  ];
}

/** The same as plain data, without paths of this machine. */
export function summariseInspection(inspection: Inspection): InspectResult {
  const { id, title, isUsable, dataset, history, checkpoints, notices, problems, work } = inspection;
  return {
    run: id,
    title,
    usable: isUsable,
    ...(dataset !== undefined && {
      dataset: {
        source: dataset.source,
        digest: dataset.digest,
        images: dataset.items.length,
        classNames: [...dataset.classNames],
      },
    }),
    history: { ...history },
    pack: { state: inspection.pack, bytes: inspection.packBytes },
    checkpoints: checkpoints.map(summariseCheckpoint),
    ...(inspection.maps !== undefined && {
      maps: inspection.maps.made.map((map) => ({ ...map })),
      otherProjections: [...inspection.maps.others],
    }),
    notices: noticeData(notices) ?? [],
    problems: problems.map(describeProblem),
    rendered: inspection.isRendered,
    work: work.map((one) => ({ ...one, seconds: Math.round(one.seconds * 10) / 10 })),
  };
}

function summariseCheckpoint({
  name,
  step,
  checkpoint,
  isEmbedded,
  isAnalysed,
  problem,
}: InspectedCheckpoint): InspectResult['checkpoints'][number] {
  return {
    name,
    ...(step !== undefined && { step }),
    ...(checkpoint !== undefined && describeFiles(checkpoint)),
    embedded: isEmbedded,
    analysed: isAnalysed,
    ...(problem !== undefined && { problem: describeProblem(problem) }),
  };
}

function describeFiles({
  form,
  bytes,
  modelType,
  embeddingWidth: hiddenSize,
  parameters,
  digest,
}: NonNullable<InspectedCheckpoint['checkpoint']>) {
  return { form, bytes, modelType, hiddenSize, parameters, digest };
}

function describeModel(checkpoints: readonly InspectedCheckpoint[]): string {
  const last = checkpoints.findLast(({ checkpoint }) => checkpoint !== undefined)?.checkpoint;
  if (last === undefined) return 'unknown';
  const weights = last.parameters === 0 ? '' : `, ${formatCount(last.parameters, 'weight')}`;
  return `${last.modelType}, embeddings of ${last.embeddingWidth} numbers${weights}`;
}

/** Folders are named where their names say more than the steps do. */
function listCheckpoints({ checkpoints, isUsable }: Inspection): string[] {
  if (checkpoints.length === 0) return ['No checkpoints.'];
  const isPlain = checkpoints.every(({ name, step }) => name === `checkpoint-${step ?? ''}`);
  const rows = checkpoints.map((one) => {
    const { step, checkpoint } = one;
    const folder = isPlain ? [] : [one.name];
    const name = [step === undefined ? '?' : String(step), ...folder];
    if (checkpoint === undefined) return [...name, 'can not be used', '', '', ''];
    return [...name, checkpoint.form, formatBytes(checkpoint.bytes), ...describeState(one, isUsable)];
  });
  const head = ['step', ...(isPlain ? [] : ['folder']), 'form', 'size', 'embeddings', 'analysis'];
  return formatTable([head, ...rows]);
}

/** Packed checkpoints have no state: their results are there in another way. */
function describeState(
  { checkpoint, isEmbedded, isAnalysed, problem }: InspectedCheckpoint,
  isUsable: boolean,
) {
  if (checkpoint?.form === 'packed') return ['packed', 'packed'];
  if (problem !== undefined) return ['can not be used', ''];
  const word = (isThere: boolean) => (isThere ? 'cached' : isUsable ? 'to do' : '');
  return [checkpoint?.form === 'embeddings' ? 'ready' : word(isEmbedded), word(isAnalysed)];
}

/** The maps that a build makes, and which of all suits the run; until they are compared, how to find out. */
function listMaps({ id, maps, comparison, dataset }: Inspection): [string, string][] {
  if (maps === undefined) return [];
  const names = maps.made.map(({ name }) => name).join(', ');
  const others = maps.others.length === 0 ? '' : `; it could also have ${maps.others.join(', ')}`;
  const advice =
    comparison === undefined
      ? [`"compare ${id}" tells which suits the run.`]
      : describeAdvice(adviseOnMaps(comparison, dataset?.items.length ?? 0));
  return [['Maps', `${names}${others}`], ...advice.map((said): [string, string] => ['', said])];
}

function describePack({ checkpoints, dataset, pack, packBytes }: Inspection): string {
  if (pack === 'none') return PACK_WORDS.none;
  const points = checkpoints.length * (dataset?.items.length ?? 0);
  const each = points === 0 ? '' : `, ${(packBytes / points).toFixed(2)} bytes per point and frame`;
  return `${PACK_WORDS[pack]}; ${formatBytes(packBytes)}${each}`;
}

function describeWork({ stage, unit, missing, total, seconds }: Work): string[] {
  const done = missing === 0 ? 'nothing to do' : `about ${formatDuration(seconds)}`;
  return [stage, `${missing} of ${formatCount(total, unit)}`, done];
}

function describeTotal(work: readonly Work[]): string {
  if (work.every(({ missing }) => missing === 0)) return 'A build has nothing to compute.';
  const seconds = work.reduce((sum, { seconds }) => sum + seconds, 0);
  return `In all about ${formatDuration(seconds)} here.`;
}

function formatDuration(seconds: number): string {
  if (seconds < 1) return '1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
