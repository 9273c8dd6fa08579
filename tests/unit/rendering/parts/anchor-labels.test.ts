import { describe, expect, it } from 'vitest';
import {
  placeAround,
  spreadOut,
} from '../../../../integrations/embedding-animation/rendering/parts/anchor-labels.ts';

const SPACE = { radius: 100, left: -300, right: 300, top: -200, bottom: 200 };
const around = (count: number, height: number) =>
  Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    return { x: Math.sin(angle), y: -Math.cos(angle), height };
  });

describe('spreadOut', () => {
  it('leaves alone what does not overlap', () => {
    expect(spreadOut([-50, 0, 30], [10, 10, 10], -100, 100)).toEqual([-50, 0, 30]);
  });

  it('moves what overlaps apart, no further than need be, about its middle', () => {
    expect(spreadOut([0, 0, 80], [10, 30, 10], -100, 100)).toEqual([-20 + 5 + 5, 15 - 5, 80]);
  });

  it('keeps all between the edges, in order', () => {
    const middles = spreadOut([90, 95, 99, 100], [20, 20, 20, 20], -100, 100)!;
    expect(middles).toEqual([30, 50, 70, 90]);
  });

  it('finds no room where the heights are more than there is', () => {
    expect(spreadOut([0, 0], [60, 60], -50, 50)).toBeUndefined();
    expect(spreadOut([0, 0], [50, 50], -50, 50)).toEqual([-25, 25]);
  });
});

describe('placeAround', () => {
  it('puts few names beside their anchors, those at the top and the bottom in the middle', () => {
    const slots = placeAround(around(4, 20), SPACE)!;
    expect(slots.map(({ side }) => side)).toEqual(['centre', 'right', 'centre', 'left']);
    expect(slots.map(({ y }) => Math.abs(Math.round(y)))).toEqual([110, 0, 110, 0]);
    expect(slots[0]!.y).toBeLessThan(0);
    expect(slots.map(({ shift }) => Math.round(shift))).toEqual([0, 0, 0, 0]);
    expect(slots[1]).toMatchObject({ x: 100, room: 200 });
  });

  it.each([3, 7, 12, 20, 30])('lets no two of %i names overlap, nor any lie on the circle', (count) => {
    const slots = placeAround(around(count, 20), SPACE)!;
    for (const side of ['left', 'right'] as const) {
      const column = slots.filter((slot) => slot.side === side || slot.side === 'centre');
      const heights = column.map(({ y }) => y).sort((a, b) => a - b);
      heights.slice(1).forEach((y, index) => {
        expect(y - heights[index]!).toBeGreaterThanOrEqual(20 - 1e-9);
      });
    }
    for (const { x, y } of slots) {
      const nearest = Math.max(0, Math.abs(y) - 10);
      expect(Math.hypot(x, nearest)).toBeGreaterThanOrEqual(100 - 1e-9);
      expect(Math.abs(y) + 10).toBeLessThanOrEqual(200 + 1e-9);
    }
  });

  it('finds no room for more names than fit above one another', () => {
    expect(placeAround(around(60, 20), SPACE)).toBeUndefined();
  });
});
