/** Which map of a run is best for what, by the figures of a comparison. No words are made here. */
import type { ComparedMap, MapComparison } from './contracts.ts';
import type { MapOptions } from './options/index.ts';

/** Figures of a map that tables and advice are made from; `undefined` where a map or a run has none. */
export interface ComparedFigures {
  readonly options: MapOptions;
  /** Of the whole run, −1 … 1. */
  readonly pearson: number | undefined;
  readonly stress: number | undefined;
  /** At the first, the middle and the last frame, 0 … 1. */
  readonly trustworthiness: readonly [
    first: number | undefined,
    middle: number | undefined,
    last: number | undefined,
  ];
  /** Mean of all frames. */
  readonly meanTrustworthiness: number | undefined;
  /** Share of the nearest neighbours on the map that are of the same class, at the last frame. */
  readonly hit: number | undefined;
}

/** What a map can be good for: moving as the embeddings do, telling classes apart, showing true neighbours. */
export type MapPurpose = 'movement' | 'classes' | 'neighbours';

/** The best map for a purpose. */
export interface MapChoice {
  readonly purpose: MapPurpose;
  readonly best: MapOptions;
  /** The figure that it is best by: temporal Pearson, hit, or mean trustworthiness. */
  readonly value: number;
  /** Maps that have the figure. */
  readonly compared: number;
  /** Maps that are as good within what such a figure can tell, in the order of the comparison. */
  readonly tied: readonly MapOptions[];
}

/** What a comparison says of the maps of a run. */
export interface MapAdvice {
  /** Purposes for which the comparison has figures. */
  readonly choices: readonly MapChoice[];
  /** Share of the nearest neighbours in embedding space that are of the same class, at the last frame. */
  readonly embeddingHit: number | undefined;
  /** Whether there are too few frames for figures of movement to say much. */
  readonly hasFewFrames: boolean;
  /** Whether there are too few images for figures of neighbours to say much. */
  readonly hasFewImages: boolean;
}

/** Figures that are less apart are a toss-up. */
const SMALLEST_DIFFERENCE = 0.02;
/** Steps between fewer frames than that are no trend. */
const FEW_FRAMES = 5;
/** Ten neighbours of fewer images than that are much of the set. */
const FEW_IMAGES = 100;

/** The figures of a map that are compared. */
export function summariseComparedMap({ options, frames, figures }: ComparedMap): ComparedFigures {
  const trust = frames.map(({ trustworthiness }) => trustworthiness);
  const known = trust.filter((value) => value !== undefined);
  return {
    options,
    pearson: figures.temporalPearson,
    stress: figures.temporalStress,
    trustworthiness: [trust[0], trust[middleOf(trust.length)], trust.at(-1)],
    meanTrustworthiness:
      known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length,
    hit: frames.at(-1)?.neighbourhoodHit,
  };
}

/** Index of the middle one of `count` frames; of an even number the earlier. */
export function middleOf(count: number): number {
  return Math.max(0, Math.ceil(count / 2) - 1);
}

/**
 * Chooses the best map for each purpose. A difference counts from 0.02 on; between hits from their standard error on,
 * √(p(1 − p) / images), where that is more: neighbours of one image are not independent.
 * @param images of the evaluation set
 */
export function adviseOnMaps({ maps, embeddingHits }: MapComparison, images: number): MapAdvice {
  const figures = maps.map(summariseComparedMap);
  // Moving, turning and scaling a frame changes no neighbours: one map of each projection stands for all.
  const projections = figures.filter(
    ({ options }, index) =>
      figures.findIndex((other) => other.options.projection === options.projection) === index,
  );
  return {
    choices: [
      choose('movement', figures, ({ pearson }) => pearson),
      choose(
        'classes',
        projections,
        ({ hit }) => hit,
        (p) => Math.sqrt((p * (1 - p)) / images),
      ),
      choose('neighbours', projections, ({ meanTrustworthiness }) => meanTrustworthiness),
    ].filter((choice) => choice !== undefined),
    embeddingHit: embeddingHits.at(-1),
    hasFewFrames: (maps[0]?.frames.length ?? 0) < FEW_FRAMES,
    hasFewImages: images < FEW_IMAGES,
  };
}

function choose(
  purpose: MapPurpose,
  figures: readonly ComparedFigures[],
  read: (figures: ComparedFigures) => number | undefined,
  errorOf: (value: number) => number = () => 0,
): MapChoice | undefined {
  const known = figures.flatMap((of) => {
    const value = read(of);
    return value === undefined ? [] : [{ options: of.options, value }];
  });
  const value = Math.max(...known.map((map) => map.value));
  const best = known.find((map) => map.value === value);
  if (best === undefined) return undefined;
  const margin = Math.max(SMALLEST_DIFFERENCE, errorOf(value));
  const tied = known.filter((map) => map !== best && value - map.value < margin);
  return {
    purpose,
    best: best.options,
    value,
    compared: known.length,
    tied: tied.map(({ options }) => options),
  };
}
