/** What a picture shows. Everything in it crosses a thread by structured clone. */
import type { ClassAnchor, LossGap, LossRow, Matrix, RgbImage } from '../contracts.ts';
import type { LanguageSettings } from '../locale/index.ts';
import type { PictureLook } from '../options/index.ts';
import type { FontChoice } from './text/font-stack.ts';

/** The part of the plane that every frame of a map shows, in the units of the coordinates that are drawn. */
export interface Extent {
  readonly x: readonly [min: number, max: number];
  readonly y: readonly [min: number, max: number];
}

/** One row of the leaderboard. */
export interface FrameOutlier {
  readonly thumbnail: RgbImage;
  readonly className: string;
  /** Index into `classNames`. */
  readonly classIndex: number;
  readonly name: string;
  /** Mean distance to its neighbours, in multiples of the median image's; the largest is the strongest outlier. */
  readonly distanceRatio: number;
  /** Row of `points`: the image is ringed and numbered on the map. Not marked where absent. */
  readonly index?: number | undefined;
}

/** Where a class map has a class. */
export interface FrameAnchor extends Pick<ClassAnchor, 'name' | 'x' | 'y'> {
  /** Index into `classNames`; `undefined` for a class of the model that the set lacks. */
  readonly classIndex: number | undefined;
}

/** A logged loss as it is drawn. */
export interface CurveRow extends LossRow {
  /** The loss that is drawn, where it is not the one that is smoothed. */
  readonly raw?: number;
  /** First and last of the logged steps without a loss between this row and the next. */
  readonly gap?: readonly [first: LossGap, last: LossGap];
}

/** One checkpoint's picture. */
export interface FrameInput {
  readonly title: string;
  readonly step: number;
  readonly epoch?: number | undefined;
  /** Step of the run's last frame. */
  readonly lastStep: number;
  /** `[n × 2]` */
  readonly points: Matrix<Float64Array>;
  /** The same for all frames of a map; see `frameExtent`. Where there are anchors, their circle is shown instead. */
  readonly extent: Extent;
  /**
   * Of a class map: its classes, in their order around the circle of radius 1.
   * @default the map is another one
   */
  readonly anchors?: readonly FrameAnchor[] | undefined;
  /**
   * `[n]`, 0 … 255: how strongly each point is drawn; see `fadeDistrusted`.
   * @default all are opaque
   */
  readonly opacities?: Uint8Array | undefined;
  /** `[n]`, indices into `classNames`. */
  readonly labels: Int32Array;
  /** As they are: untrusted, of any length and script. */
  readonly classNames: readonly string[];
  /** Strongest first, at most ten are shown. */
  readonly outliers: readonly FrameOutlier[];
  /** The whole run's: axes must not move between frames. Those that are not finite are gaps. */
  readonly losses: readonly CurveRow[];
  /** Held-out accuracy, 0 … 1. */
  readonly accuracy?: number | undefined;
  readonly look: PictureLook;
  /** Of words and numbers. @default English */
  readonly language?: LanguageSettings | undefined;
  /** Fonts of the site. @default none: those that the package brings along */
  readonly fonts?: FontChoice | undefined;
}
