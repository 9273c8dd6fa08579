import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import { rasterizePath } from '../../../../integrations/embedding-animation/rendering/raster/coverage.ts';
import {
  markerPath,
  MARKERS,
  type Marker,
} from '../../../../integrations/embedding-animation/rendering/raster/marker-shapes.ts';
import {
  drawSprite,
  makeMarkerSprites,
  PHASES,
} from '../../../../integrations/embedding-animation/rendering/raster/marker-sprites.ts';
import { seededRandom } from '../../../helpers/rendering.ts';

const sum = (values: Iterable<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const HOLLOW = MARKERS.filter((marker) => markerPath(marker, 1).length > 1);
const blank = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height),
});

describe('makeMarkerSprites', () => {
  it.each(MARKERS)('gives a %s the same area in every phase, and a halo around it', (marker) => {
    const { body, halo } = makeMarkerSprites(marker, 3.4, 1.5);
    expect(body).toHaveLength(PHASES * PHASES);
    const area = sum(rasterizePath(markerPath(marker, 3.4), { x: -12, y: -12, width: 24, height: 24 }));
    for (const { data } of body) expect(sum(data) / 255 / area).toBeCloseTo(1, 1);
    body.forEach(({ side, data }, phase) => {
      const around = halo[phase]!;
      const shift = (around.side - side) / 2;
      data.forEach((value, i) => {
        const at = (Math.floor(i / side) + shift) * around.side + (i % side) + shift;
        if (value === 255) expect(around.data[at]).toBe(0);
        else expect(around.data[at]).toBeGreaterThanOrEqual(value);
      });
    });
  });

  it.each(HOLLOW)('leaves the middle of a %s open, and covers what lies under it', (marker) => {
    for (const radius of [2.2, 4, 8]) {
      const { body, halo } = makeMarkerSprites(marker, radius, 1.1);
      const middleOf = ({ side, data }: (typeof body)[number]) => data[(side * side - 1) / 2];
      expect(middleOf(body[0]!)).toBeLessThan(64);
      expect(middleOf(halo[0]!)).toBe(255);
    }
  });

  it('draws no two markers alike, even small ones', () => {
    const drawn = (marker: Marker) =>
      rasterizePath(markerPath(marker, 3), { x: -8, y: -8, width: 16, height: 16 });
    for (const [index, first] of MARKERS.entries()) {
      for (const second of MARKERS.slice(index + 1)) {
        const other = drawn(second);
        const difference = sum(drawn(first).map((value, pixel) => Math.abs(value - other[pixel]!)));
        expect(difference / (Math.PI * 9), `${first} and ${second}`).toBeGreaterThan(0.15);
      }
    }
  });

  it('draws a disc that is the same from all sides', () => {
    const { side, data } = makeMarkerSprites('disc', 4.2, 0).body[PHASES / 2 + (PHASES * PHASES) / 2]!; // a pixel's middle
    const at = (x: number, y: number): number => data[y * side + x]!;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        expect(at(x, y)).toBe(at(side - 1 - x, y));
        expect(at(x, y)).toBe(at(y, x));
      }
    }
  });
});

describe('drawSprite', () => {
  const { body } = makeMarkerSprites('disc', 3, 1);

  it('puts a marker within an eighth of a pixel of its point', () => {
    const random = seededRandom(9);
    for (let i = 0; i < 50; i++) {
      const [x, y] = [10 + 5 * random(), 10 + 5 * random()];
      const canvas = blank(25, 25);
      drawSprite(canvas, body, [255, 0, 0], x, y);
      const red = canvas.data.filter((_, at) => at % 3 === 0);
      const weigh = (axis: (pixel: number) => number): number =>
        Array.from(red).reduce((total, value, pixel) => total + value * (axis(pixel) + 0.5), 0) / sum(red);
      expect(Math.abs(weigh((pixel) => pixel % 25) - x)).toBeLessThan(0.5 / PHASES + 0.02);
      expect(Math.abs(weigh((pixel) => Math.floor(pixel / 25)) - y)).toBeLessThan(0.5 / PHASES + 0.02);
    }
  });

  it('cuts off what lies outside', () => {
    const whole = blank(40, 40);
    drawSprite(whole, body, [9, 200, 77], 20, 20);
    for (const [x, y] of [
      [0, 0],
      [1, 19],
      [20, -2],
      [20, 1],
      [-9, 50],
    ] as const) {
      // prettier-ignore
      const small = blank(20, 20);
      drawSprite(small, body, [9, 200, 77], x, y);
      for (let row = 0; row < 20; row++) {
        for (let column = 0; column < 20; column++) {
          const from = 3 * ((row + 20 - y) * 40 + column + 20 - x);
          const inside =
            row + 20 - y < 40 && column + 20 - x < 40 && row + 20 - y >= 0 && column + 20 - x >= 0;
          const expected = inside ? Array.from(whole.data.subarray(from, from + 3)) : [0, 0, 0];
          const at = 3 * (row * 20 + column);
          expect(Array.from(small.data.subarray(at, at + 3))).toEqual(expected);
        }
      }
    }
  });
});
