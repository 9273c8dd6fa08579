/** How far a map can be trusted, in sentences. */
import { MIRROR_TOSS_UP } from '../frame-figures.ts';
import type { Language } from '../locale/index.ts';
import { describeAlignment, sumShares } from './describe.ts';
import type { AnimatedRun, MapSummary } from './find-map.ts';

/** A figure that each frame has. */
export interface FigureOfFrames {
  readonly sentence: string;
  /** 0 … 1, in step order; `undefined` where a frame lacks it. */
  readonly values: readonly (number | undefined)[];
  /** The first and the last frame's value; `undefined` of a run of one frame. */
  readonly range: string | undefined;
}

/** What the panel says. */
export interface QualityTexts {
  /** Each with what is true of the last frame. */
  readonly ofFrames: readonly FigureOfFrames[];
  /** What is true of all frames together. */
  readonly ofRun: readonly string[];
}

type FrameFigures = MapSummary['perFrame'][number];

/** Decimals of figures between 0 and 1, and of counts of neighbours. */
const DECIMALS = { figure: 2, neighbours: 1 };

/** Puts a map's figures into sentences; figures that it lacks are left out. */
export function describeQuality(run: AnimatedRun, map: MapSummary, language: Language): QualityTexts {
  return {
    ofFrames: describeFrames(run, map, language),
    ofRun: [...describeAligning(map, language), ...describeMovement(map, language)],
  };
}

function describeFrames(
  { animation: { neighbours } }: AnimatedRun,
  { perFrame }: MapSummary,
  { say, formatShare, formatFixed }: Language,
): FigureOfFrames[] {
  const fixed = (value: number) => formatFixed(value, DECIMALS.figure);
  const count = (share: number) => formatFixed(share * neighbours, DECIMALS.neighbours);
  const tell = (
    read: (frame: FrameFigures) => number | undefined,
    format: (value: number) => string,
    sayOf: (value: string) => string,
  ): FigureOfFrames[] => {
    const values = perFrame.map(read);
    const [first, last] = [values.at(0), values.at(-1)];
    if (last === undefined) return [];
    const hasRange = values.length > 1 && first !== undefined;
    const range = hasRange ? say('qualityRange', { first: format(first), last: format(last) }) : undefined;
    return [{ sentence: sayOf(format(last)), values, range }];
  };
  return [
    ...tell(sumShares, formatShare, (value) => say('qualityVariance', { value })),
    ...tell(
      (frame) => frame.trustworthiness,
      fixed,
      (value) => say('qualityTrustworthiness', { value }),
    ),
    ...tell(
      (frame) => frame.continuity,
      fixed,
      (value) => say('qualityContinuity', { value }),
    ),
    ...tell(
      (frame) => frame.neighbourhoodPreservation,
      count,
      (value) => say('qualityPreservation', { value, neighbours }),
    ),
    ...tell(
      (frame) => frame.neighbourhoodHit,
      count,
      (value) => say('qualityHit', { value, neighbours }),
    ),
  ];
}

/** How frames were laid onto each other, and what that could not mend. */
function describeAligning(map: MapSummary, language: Language): string[] {
  const { say, formatFixed } = language;
  const alignment = describeAlignment(map, language);
  const others = map.perFrame.slice(0, -1); // the last fits itself
  const tossUps = others.filter(
    ({ mirrorGap = 1, disparity }) => mirrorGap < MIRROR_TOSS_UP && disparity < 1, // 1: points coincide
  ).length;
  const disparities = others.map(({ disparity }) => disparity);
  const [least, most] = [Math.min(...disparities), Math.max(...disparities)].map((value) =>
    formatFixed(value, DECIMALS.figure),
  );
  const value = least === most ? least! : say('valueRange', { least: least!, most: most! });
  return [
    alignment === undefined ? say('qualityShared') : say('qualityAlignment', { alignment }),
    ...(map.align !== 'none' && tossUps > 0 ? [say('qualityMirrors', { count: tossUps })] : []),
    ...(disparities.length > 0 ? [say('qualityDisparity', { value })] : []),
  ];
}

function describeMovement(
  { temporalPearson, temporalSpearman, temporalStress }: MapSummary,
  { say, formatFixed }: Language,
): string[] {
  const told = [
    ['qualityPearson', temporalPearson],
    ['qualitySpearman', temporalSpearman],
    ['qualityStress', temporalStress],
  ] as const;
  return told.flatMap(([key, value]) =>
    value === undefined ? [] : [say(key, { value: formatFixed(value, DECIMALS.figure) })],
  );
}

/** Measures of a figure's curve, in px. */
export const CURVE = { width: 96, height: 24, margin: 3 };

/**
 * The curve of values 0 … 1 over the frames, from 0 at the bottom to 1 at the top, as SVG path data; broken where a
 * frame has none.
 */
export function drawCurve(values: readonly (number | undefined)[]): string {
  let isDrawing = false;
  const parts = values.map((value, index) => {
    if (value === undefined) {
      isDrawing = false;
      return '';
    }
    const { x, y } = placeOnCurve(value, index, values.length);
    const command = isDrawing ? 'L' : 'M';
    isDrawing = true;
    return `${command}${x} ${y}`;
  });
  return parts.join('');
}

/** Where a value stands in the curve's box, in px, to a tenth. */
export function placeOnCurve(
  value: number,
  index: number,
  count: number,
): { readonly x: number; readonly y: number } {
  const { width, height, margin } = CURVE;
  const along = count > 1 ? index / (count - 1) : 1;
  return {
    x: roundToTenth(margin + along * (width - 2 * margin)),
    y: roundToTenth(height - margin - Math.min(1, Math.max(0, value)) * (height - 2 * margin)),
  };
}

function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
