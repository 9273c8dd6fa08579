/** A small line chart over a run's checkpoints, drawn by Observable Plot when the site is built. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { formatCount } from './format.ts';

/** What a chart shows. */
export interface LineChartInput {
  /** What the chart says, for readers who don't see it. */
  readonly label: string;
  /** Checkpoints, in order; no two are the same. */
  readonly steps: readonly number[];
  /** A value from 0 for each step. `undefined` leaves a gap, which a dashed line bridges. */
  readonly values: readonly (number | undefined)[];
  /** Text of a value at the axis. */
  readonly format: (value: number) => string;
}

/** Of the view box; also px where a chart is shown at its natural size. */
const SIZE = { width: 320, height: 192, marginLeft: 36, marginRight: 18, marginTop: 12, marginBottom: 28 };
/** Intervals of the value axis, about: Plot prefers round values. */
const INTERVALS = 4;
/** A largest value below is a rounding error of 0. */
const NOISE = 1e-9;
const LINE = { stroke: 'var(--accent)', strokeWidth: 1.75, strokeLinejoin: 'round' } as const;
const AXIS = { color: 'var(--muted)', tickSize: 0, label: null } as const;

/**
 * Draws values from zero to a round limit above the largest, and the checkpoints at equal distances: they are rarely
 * spaced evenly in steps, and early ones matter most. Colours are the page's `--accent`, `--muted` and `--rule`.
 * @returns an SVG element without styles of its own, which a strict content-security policy would refuse
 */
export function drawLineChart({ label, steps, values, format }: LineChartInput): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const points = steps.map((step, i) => ({ step, value: values[i] }));
  const known = points.filter(({ value }) => value !== undefined);
  const largest = Math.max(0, ...values.map((value) => value ?? 0));
  const channels = { x: 'step', y: 'value' } as const;
  const chart = Plot.plot({
    ...SIZE,
    document,
    x: { type: 'point', domain: steps, padding: 0, round: false },
    y: { domain: [0, largest < NOISE ? 1 : largest], nice: INTERVALS },
    marks: [
      Plot.gridY({ className: 'grid', ticks: INTERVALS, stroke: 'var(--rule)', strokeOpacity: 1 }),
      Plot.axisY({ ...AXIS, className: 'values', ticks: INTERVALS, tickPadding: 6, tickFormat: format }),
      Plot.axisX({
        ...AXIS,
        className: 'steps',
        ticks: chooseLabelledSteps(steps),
        tickPadding: 10,
        tickFormat: formatStep,
      }),
      ...(known.length < points.length
        ? [Plot.line(known, { ...channels, ...LINE, strokeDasharray: '2 3' })]
        : []),
      Plot.line(points, { ...channels, ...LINE }),
      Plot.dot(known, { ...channels, r: 2, fill: 'var(--accent)' }),
      Plot.dot(known.slice(-1), { ...channels, r: 4, fill: 'var(--accent)' }),
    ],
  });
  chart.querySelector('style')?.remove();
  for (const group of chart.querySelectorAll('g')) group.removeAttribute('aria-label'); // only a role may have one
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', label);
  return chart.outerHTML;
}

/** The first, the middle and the last one. */
function chooseLabelledSteps(steps: readonly number[]): number[] {
  const last = steps.length - 1;
  return Array.from(new Set([0, Math.floor(last / 2), last]), (i) => steps[i]!);
}

function formatStep(step: number, position: number): string {
  return position === 0 ? `step ${formatCount(step)}` : formatCount(step);
}
