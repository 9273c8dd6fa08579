/** The table of a run's maps, and what it says. */
import { adviseOnMaps, summariseComparedMap, type MapPurpose } from '../compare-maps.ts';
import type { MapComparison } from '../contracts.ts';
import { makeError } from '../errors.ts';
import type { Language } from '../locale/index.ts';
import { describeAlignment, titleMap, type DescribedMap } from './describe.ts';
import type { AnimatedRun } from './find-map.ts';

type Summary = NonNullable<AnimatedRun['animation']['comparison']>;

/** A figure in the table. */
export interface Cell {
  /** `undefined` where a map has no such figure. */
  readonly text: string | undefined;
  /** Whether no other map's reads as better. */
  readonly isBest: boolean;
}

/** A map of the table. */
export interface Row {
  readonly title: string;
  /** How its frames were laid onto each other; `undefined` where nothing is aligned. */
  readonly alignment: string | undefined;
  /** Temporal Pearson; trustworthiness at the first, the middle and the last frame; hit at the last. */
  readonly cells: readonly Cell[];
}

/** What `<MapComparison>` shows. */
export interface ComparisonTable {
  readonly rows: readonly Row[];
  /** The hit of the embeddings themselves, at the last frame. */
  readonly embeddings: string | undefined;
  /** Which map is best for what, in sentences. */
  readonly advice: readonly string[];
}

const ADVICE_WORDS = {
  movement: 'compareMoves',
  neighbours: 'compareNeighbours',
  classes: 'compareClasses',
} as const satisfies Readonly<Record<MapPurpose, string>>;

/** Decimals of figures between −1 and 1, and of counts of neighbours. */
const DECIMALS = { figure: 2, neighbours: 1 };

/**
 * Tabulates the maps that a run could have. Values that read alike are best together.
 * @throws EmbeddingAnimationError `ComparisonMissing`
 */
export function tabulateMaps(run: AnimatedRun, language: Language): ComparisonTable {
  const { comparison } = run.animation;
  if (comparison === undefined) throw makeError('ComparisonMissing', 'notAsked', undefined, { run: run.id });
  const { maps, embeddingHits } = toComparison(comparison);
  const format = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : language.formatFixed(value, DECIMALS.figure);
  const figures = maps.map((map) => {
    const { pearson, trustworthiness, hit } = summariseComparedMap(map);
    return [pearson, ...trustworthiness, hit];
  });
  const best = figures[0]?.map((_, column) => {
    const known = figures.flatMap((row) => row[column] ?? []);
    return known.length === 0 ? undefined : format(Math.max(...known));
  });
  return {
    rows: comparison.maps.map((map, row) => ({
      title: titleMap(map, language),
      alignment: describeAlignment(map, language),
      cells: figures[row]!.map((value, column) => {
        const text = format(value);
        return { text, isBest: text !== undefined && text === best?.[column] };
      }),
    })),
    embeddings: format(embeddingHits.at(-1)),
    advice: advise(run, comparison, language),
  };
}

/** Which map is best for what, as far as the figures tell maps apart. */
function advise(run: AnimatedRun, comparison: Summary, language: Language): string[] {
  const { say, formatFixed } = language;
  const { choices, embeddingHit, hasFewFrames, hasFewImages } = adviseOnMaps(
    toComparison(comparison),
    run.images,
  );
  const { neighbours } = run.animation;
  const count = (share: number) => formatFixed(share * neighbours, DECIMALS.neighbours);
  const hit = choices.find(({ purpose }) => purpose === 'classes')?.value;
  return [
    ...choices.map(({ purpose, best, tied }) =>
      say(ADVICE_WORDS[purpose], {
        // Neighbours do not depend on how frames are laid onto each other.
        maps: [best, ...tied]
          .map((map) => (purpose === 'movement' ? nameMap(map, language) : titleMap(map, language)))
          .join(say('listComma')),
      }),
    ),
    ...(hit !== undefined && embeddingHit !== undefined
      ? [say('compareLimit', { neighbours, map: count(hit), embeddings: count(embeddingHit) })]
      : []),
    ...(hasFewFrames ? [say('compareFewFrames')] : []),
    ...(hasFewImages ? [say('compareFewImages')] : []),
  ];
}

/** A map's title with its alignment: `Axes of each checkpoint (laid onto the last frame)`. */
function nameMap(map: DescribedMap, language: Language): string {
  const alignment = describeAlignment(map, language);
  const title = titleMap(map, language);
  return alignment === undefined ? title : language.say('mapAligned', { title, alignment });
}

/** The comparison as results have it: options apart from figures. */
function toComparison({ maps, embeddingHits }: Summary): MapComparison {
  return {
    embeddingHits,
    maps: maps.map(({ name, title, projection, align, scaling, reflection, perFrame, ...figures }) => ({
      options: { name, title, projection, align, scaling, reflection },
      frames: perFrame.map(({ explainedVariance, ...frame }) => ({
        ...frame,
        explainedVarianceRatio: explainedVariance,
      })),
      figures,
    })),
  };
}
