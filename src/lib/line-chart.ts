/** Where the parts of a small line chart go. Units are those of the SVG's view box. */

/** A chart's box: the plot lies inside its margins. */
export const CHART = { width: 320, height: 190, left: 36, right: 12, top: 12, bottom: 26 } as const;

/** One value on the chart. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

/** A line over the checkpoints, with its horizontal grid. */
export interface LineChart {
  readonly points: readonly ChartPoint[];
  /** Path data of the line. */
  readonly path: string;
  readonly ticks: readonly { readonly y: number; readonly value: number }[];
}

/**
 * Lays `values` out from left to right at equal distances (checkpoints are rarely spaced evenly in steps; early
 * ones matter most), from zero to the nearest round limit above the largest. `undefined` leaves a gap.
 */
export function layOutLine(values: readonly (number | undefined)[]): LineChart {
  const step = roundStep(Math.max(...values.map((value) => value ?? 0)));
  const largest = Math.max(...values.map((value) => value ?? 0), step);
  const count = Math.ceil(largest / step - 1e-9);
  const scaleX = (i: number) =>
    CHART.left + ((CHART.width - CHART.left - CHART.right) * i) / Math.max(1, values.length - 1);
  const scaleY = (value: number) =>
    CHART.height - CHART.bottom - ((CHART.height - CHART.top - CHART.bottom) * value) / (count * step);
  const points = values.flatMap((value, i) =>
    value === undefined ? [] : [{ x: scaleX(i), y: scaleY(value) }],
  );
  return {
    points,
    path: points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join(''),
    ticks: Array.from({ length: count + 1 }, (_, i) => ({ value: i * step, y: scaleY(i * step) })),
  };
}

/** Values below are rounding errors of 0. */
const NOISE = 1e-9;

/** 1, 2 or 5 times a power of ten, so that about four steps reach `largest`. */
function roundStep(largest: number): number {
  if (largest < NOISE) return 1;
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}
