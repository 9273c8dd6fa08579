/** The maps of a run side by side: their figures, as a table for people and as data. */
import { adviseOnMaps, summariseComparedMap, type MapAdvice, type MapChoice } from '../compare-maps.ts';
import type { MapComparison, Notice } from '../contracts.ts';
import { describeNotice, noticeData } from '../notices.ts';
import { completeMap, MAP_OF_EACH_PROJECTION, type MapOptions } from '../options/index.ts';
import { computeResults, type PipelineContext } from '../pipeline.ts';
import type { RunSource } from '../run-source.ts';
import { compareMap } from '../stages/align.ts';
import { compareResultSchema, type CompareResult } from './results.ts';
import { formatCount, formatTable, wrapText } from './text.ts';

/** What is known of a run's maps. */
export interface RunComparison extends MapComparison {
  readonly run: string;
  readonly origin: CompareResult['origin'];
  readonly images: number;
  /** Of the frames. */
  readonly steps: readonly number[];
  /** Maps that the run can not have, and why. */
  readonly leftOut: readonly Notice[];
}

/** Below this correlation a map can't be said to move as the embeddings do. */
const NO_CORRELATION = 0.2;

const PROJECTION_WORDS = {
  'per-checkpoint': 'own PCA',
  pooled: 'pooled PCA',
  last: "last frame's PCA",
  classes: 'class map',
} as const satisfies Record<MapOptions['projection'], string>;

const ALIGNMENT_WORDS = {
  last: 'onto the last',
  generalized: 'onto the mean',
  first: 'onto the first',
  previous: 'frame by frame',
  none: 'not aligned',
} as const satisfies Record<MapOptions['align'], string>;

const LEGEND =
  "* best of its column. Own PCA: the two principal components of each checkpoint; pooled: of all together. Onto the mean: onto the mean shape of all frames (Gower). Pearson: correlation between moving in embedding space and on the map; trustworthiness: low where neighbours on the map are none; hit: share of an image's neighbours that are of its class, at the last frame; stress: 0 where the map moves as the embeddings do.";

/** Computes what the maps of a run can be compared by, or takes it from the run's pack. Nothing is drawn. */
export async function compareRun(source: RunSource, context: PipelineContext): Promise<RunComparison> {
  const { id: run, file, dataset, packed } = source;
  const images = dataset.items.length;
  if (packed !== undefined) {
    const { frames, maps, comparison } = packed;
    return {
      run,
      images,
      steps: frames.map(({ step }) => step),
      leftOut: [],
      origin: comparison === undefined ? 'packed maps' : 'packed comparison',
      ...(comparison ?? { maps: maps.map(compareMap), embeddingHits: [] }),
    };
  }
  // What a run can't have of them is said.
  const compared = { ...source, maps: MAP_OF_EACH_PROJECTION, file: { ...file, compareMaps: true } };
  const { frames, comparison, notices = [] } = await computeResults(compared, context);
  return {
    run,
    images,
    steps: frames.map(({ step }) => step),
    origin: 'computed',
    leftOut: notices.filter(({ name }) => name === 'MapsLeftOut'),
    ...comparison!, // it was asked for
  };
}

/** Lines to print, of at most `columns` letters where there are 80. */
export function describeComparison(comparison: RunComparison, columns: number): string[] {
  const { run, images, steps, maps, leftOut, origin } = comparison;
  const origins = {
    computed: '',
    'packed comparison': ', as they were packed',
    'packed maps': ', of the maps that are packed',
  };
  const paragraphs = [
    LEGEND,
    ...leftOut.map(describeNotice),
    ...(maps.length > 1 ? describeAdvice(adviseOnMaps(comparison, images)) : []),
  ];
  return [
    ...wrapText(
      `${run}: ${formatCount(steps.length, 'frame')} of ${formatCount(images, 'image')}${origins[origin]}`,
      columns,
    ),
    '',
    ...formatFigures(comparison),
    ...paragraphs.flatMap((paragraph) => ['', ...wrapText(paragraph, columns)]),
  ];
}

/** The same with all figures of all frames. */
export function summariseComparison(comparison: RunComparison): CompareResult {
  const { maps, leftOut, embeddingHits, ...known } = comparison;
  const { choices } = adviseOnMaps(comparison, comparison.images);
  return compareResultSchema.parse({
    ...known,
    maps: maps.map(({ options, figures, frames }) => ({ ...options, ...figures, frames })),
    embeddingHits,
    leftOut: noticeData(leftOut) ?? [],
    advice: choices.map(({ purpose, best, value, tied }) => ({
      purpose,
      value,
      best: best.name,
      tied: tied.map(({ name }) => name),
    })),
  });
}

/** A table of the figures; the best of each column has a star. */
function formatFigures({ maps, embeddingHits }: MapComparison): string[] {
  const figures = maps.map(summariseComparedMap);
  const columns = [
    markBest(figures.map(({ pearson }) => pearson)),
    ...([0, 1, 2] as const).map((at) => markBest(figures.map(({ trustworthiness }) => trustworthiness[at]))),
    markBest(figures.map(({ hit }) => hit)),
    markBest(
      figures.map(({ stress }) => stress),
      Math.min,
    ),
  ];
  const rows = figures.map(({ options }, row) => [
    describeMap(options),
    ...columns.map((cells) => cells[row]!),
  ]);
  const hit = embeddingHits.at(-1);
  const head = ['map', 'Pearson', 'first', 'middle', 'last', 'hit', 'stress'];
  const space = hit === undefined ? [] : [['embedding space', '', '', '', '', hit.toFixed(2)]];
  const lines = formatTable([head, ...rows, ...space]);
  return [`${' '.repeat(lines[0]!.indexOf('first'))}trustworthiness`, ...lines];
}

/** Figures of a column; all that read as the best one does have a star, unless that is all of them. */
function markBest(values: readonly (number | undefined)[], best = Math.max): string[] {
  const mark = best(...values.filter((value) => value !== undefined)).toFixed(2);
  const texts = values.map((value) => value?.toFixed(2) ?? '-');
  const isTold = texts.some((text) => text !== mark && text !== '-');
  return texts.map((text) => (isTold && text === mark ? `${text}*` : text));
}

/** A map in words: its projection, and what its frames are aligned to. */
export function describeMap({ projection, align, scaling, reflection }: MapOptions): string {
  const isPlain = projection !== 'per-checkpoint' && align === 'none';
  return [
    PROJECTION_WORDS[projection],
    ...(isPlain ? [] : [ALIGNMENT_WORDS[align]]),
    ...(scaling || align === 'none' ? [] : ['unscaled']),
    ...(reflection || align === 'none' ? [] : ['unmirrored']),
  ].join(', ');
}

/** Which map suits the run: a paragraph for its purposes, one for what to doubt, and what to write into run.yaml. */
export function describeAdvice(advice: MapAdvice): string[] {
  const choices = advice.choices.filter(({ compared }) => compared > 1);
  if (choices.length === 0) return [];
  const { hasFewFrames, hasFewImages } = advice;
  const few = [...(hasFewFrames ? ['frames'] : []), ...(hasFewImages ? ['images'] : [])].join(' and ');
  const best = choices.filter(isDecided).map((choice) => choice.best);
  return [
    choices.map((choice) => describeChoice(choice, advice)).join(' '),
    ...(few === '' ? [] : [`With so few ${few}, chance decides much of this.`]),
    ...(best.length === 0
      ? []
      : [`In run.yaml: maps: [${[...new Set(best)].map(describeOption).join(', ')}]`]),
  ];
}

/** Whether a map is better than some other. */
function isDecided({ purpose, value, compared, tied }: MapChoice): boolean {
  return tied.length < compared - 1 && (purpose !== 'movement' || value >= NO_CORRELATION);
}

function describeChoice(choice: MapChoice, { embeddingHit }: MapAdvice): string {
  const { purpose, best, value, tied } = choice;
  const figure = value.toFixed(2);
  const map = describeMap(best);
  if (!isDecided(choice)) {
    if (purpose === 'movement' && value < NO_CORRELATION)
      return `On no map do images move as their embeddings do (Pearson ${figure} at most).`;
    return `${{ movement: 'Movement', classes: 'Classes', neighbours: 'True neighbours' }[purpose]}: no map stands out (${figure}).`;
  }
  const also = tied.length === 0 ? '' : `; as good: ${tied.map(describeMap).join('; ')}`;
  switch (purpose) {
    case 'movement':
      return `To see how images move: ${map} (Pearson ${figure}${also}).`;
    case 'classes': {
      const of = embeddingHit === undefined ? '' : `, ${embeddingHit.toFixed(2)} in embedding space`;
      return `To see how classes part: ${map} (hit ${figure}${of}${also}).`;
    }
    case 'neighbours':
      return `To see who is beside whom: ${map} (mean trustworthiness ${figure}${also}).`;
  }
}

/** A map as run.yaml would have it in a list. */
function describeOption(map: MapOptions): string {
  const { projection, align, scaling, reflection } = map;
  const plain = completeMap({ projection });
  const keys = [
    `projection: ${projection}`,
    ...(align === plain.align ? [] : [`align: ${align}`]),
    ...(scaling ? [] : ['scaling: false']),
    ...(reflection ? [] : ['reflection: false']),
  ];
  return keys.length === 1 ? projection : `{ name: ${map.name}, ${keys.join(', ')} }`;
}
