import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { drawLineChart } from '../../src/lib/line-chart.ts';

/** A chart of values at the steps 0, 100, 200 … as the page shows it. */
function readChart(values: readonly (number | undefined)[], steps = values.map((_, i) => 100 * i)) {
  const svg = drawLineChart({ label: 'Accuracy: “<b>”', steps, values, format: String });
  const root = parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document.querySelector('svg')!;
  const texts = (axis: string) =>
    Array.from(root.querySelectorAll(`.${axis} text`), (text) => text.textContent);
  const numbers = (elements: Iterable<Element>, name: string) =>
    Array.from(elements, (element) => Number(element.getAttribute(name)));
  const dots = Array.from(root.querySelectorAll('circle[r="2"]'));
  return {
    root,
    labels: { x: texts('steps'), y: texts('values') },
    grid: numbers(root.querySelectorAll('.grid line'), 'y1'),
    x: numbers(dots, 'cx'),
    y: numbers(dots, 'cy'),
    lines: Array.from(root.querySelectorAll('path'), (path) => path.getAttribute('d')),
  };
}

test('a chart starts at zero and ends at a round limit above its largest value', () => {
  expect(readChart([0.11, 0.61]).labels.y.map(Number)).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
});

test.each([[[0, 0, 0]], [[1]], [[0.5, undefined, 0.7]], [[3e-7, 1e-7]], [[12345]], [[1e-12, 0]]])(
  'all points of %j lie inside the plot',
  (values) => {
    const { root, grid, x, y } = readChart(values);
    expect(x).toHaveLength(values.filter((value) => value !== undefined).length);
    const [left, right] = ['x1', 'x2'].map((name) => Number(root.querySelector('line')!.getAttribute(name)));
    expect(Math.min(...x)).toBeGreaterThanOrEqual(left!);
    expect(Math.max(...x)).toBeLessThanOrEqual(right!);
    expect(Math.min(...y)).toBeGreaterThanOrEqual(Math.min(...grid) - 1e-6);
    expect(Math.max(...y)).toBeLessThanOrEqual(Math.max(...grid) + 1e-6);
    const [, , width, height] = root.getAttribute('viewBox')!.split(' ').map(Number);
    expect([left! > 0, right! < width!, Math.min(...grid) > 0, Math.max(...grid) < height!]).toEqual(
      Array.from({ length: 4 }, () => true),
    );
  },
);

test('larger values stand higher', () => {
  const [low, high] = readChart([1, 2]).y;
  expect(high!).toBeLessThan(low!);
});

test('checkpoints stand at equal distances, whatever their steps', () => {
  const { x } = readChart([1, 2, 3, 4], [0, 10, 20, 5000]);
  expect(x[1]! - x[0]!).toBeCloseTo(x[3]! - x[2]!, 6);
});

test('the first, the middle and the last step are named', () => {
  expect(readChart([1, 2, 3, 4, 5], [0, 10, 20, 40, 5000]).labels.x).toEqual(['step 0', '20', '5,000']);
  expect(readChart([1, 2]).labels.x).toEqual(['step 0', '100']);
  expect(readChart([1]).labels.x).toEqual(['step 0']);
});

test('a missing value leaves a gap in the line, which a dashed one bridges', () => {
  const whole = readChart([1, 2, 3, 4, 5]);
  expect(whole.lines).toHaveLength(1);
  const { lines, x } = readChart([1, 2, undefined, 4, 5]);
  expect(x).toEqual(whole.x.filter((_, i) => i !== 2));
  expect(lines.map((path) => path?.match(/M/g)?.length)).toEqual([1, 2]);
});

test('a chart without any value has its axes still', () => {
  const { labels, x } = readChart([undefined, undefined]);
  expect(x).toEqual([]);
  expect(labels.x).toHaveLength(2);
});

test('a chart is one picture with a text, and has no style that a strict policy would refuse', () => {
  const { root } = readChart([1, 2]);
  expect(root.getAttribute('role')).toBe('img');
  expect(root.getAttribute('aria-label')).toBe('Accuracy: “<b>”');
  expect(root.querySelectorAll('[aria-label]')).toHaveLength(0);
  expect(root.querySelectorAll('style, [style]')).toHaveLength(0);
});
