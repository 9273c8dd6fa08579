import { expect, test } from 'vitest';
import { CHART, layOutLine } from '../../src/lib/line-chart.ts';

test('a chart starts at zero and ends at a round limit above its largest value', () => {
  const { ticks } = layOutLine([0.11, 0.61]);
  expect(ticks.map(({ value }) => Number(value.toFixed(6)))).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
});

test.each([[[0, 0, 0]], [[1]], [[0.5, undefined, 0.7]], [[3e-7, 1e-7]], [[12345]]])(
  'all points of %j lie inside the plot',
  (values) => {
    const { points } = layOutLine(values);
    expect(points).toHaveLength(values.filter((value) => value !== undefined).length);
    for (const { x, y } of points) {
      expect(x).toBeGreaterThanOrEqual(CHART.left);
      expect(x).toBeLessThanOrEqual(CHART.width - CHART.right);
      expect(y).toBeGreaterThanOrEqual(CHART.top - 1e-6);
      expect(y).toBeLessThanOrEqual(CHART.height - CHART.bottom + 1e-6);
    }
  },
);

test('larger values stand higher', () => {
  const [low, high] = layOutLine([1, 2]).points;
  expect(high!.y).toBeLessThan(low!.y);
});
