import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import { blend, paste, press } from '../../../../integrations/embedding-animation/rendering/raster/pixels.ts';
import {
  coverPolygon,
  coverShape,
  type Corner,
} from '../../../../integrations/embedding-animation/rendering/raster/coverage.ts';
import {
  layerGroups,
  paintMarkers,
} from '../../../../integrations/embedding-animation/rendering/parts/map-points.ts';
import {
  markerCorners,
  markerShape,
  markerSymbol,
  SYMBOL,
} from '../../../../integrations/embedding-animation/rendering/raster/marker-shapes.ts';
import {
  cutStamps,
  PHASES,
} from '../../../../integrations/embedding-animation/rendering/raster/marker-sprites.ts';
import { MARKERS, type Marker } from '../../../../integrations/embedding-animation/rendering/theme.ts';
import { seededRandom } from '../../../helpers/rendering.ts';

const sum = (values: Iterable<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const move = (corners: readonly Corner[], x: number, y: number): Corner[] =>
  corners.map(([dx, dy]) => [x + dx, y + dy]);
const HOLLOW = MARKERS.filter((marker) => markerShape(marker, 1).length > 1);
const SOLID = MARKERS.filter(
  (marker): marker is Parameters<typeof markerCorners>[0] => !HOLLOW.includes(marker),
);
const blank = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height),
});

describe('coverPolygon', () => {
  it('gives each pixel the share that a rectangle covers', () => {
    const corners = [[0.5, 1], [2.25, 1], [2.25, 2.5], [0.5, 2.5]] as const; // prettier-ignore
    expect([...coverPolygon(corners, 3, 4)]).toEqual([0, 0, 0, 0.5, 1, 0.25, 0.25, 0.5, 0.125, 0, 0, 0]);
  });

  it('halves a pixel along its diagonal', () => {
    expect([...coverPolygon([[0, 0], [1, 0], [0, 1]], 1, 1)]).toEqual([0.5]); // prettier-ignore
  });

  it.each(SOLID)('sums to the area of a %s, wherever it lies and whichever way it turns', (marker) => {
    const random = seededRandom(5);
    for (let i = 0; i < 40; i++) {
      const radius = 1 + 6 * random();
      const corners = move(markerCorners(marker, radius), 12 + random(), 12 + random());
      for (const turned of [corners, corners.toReversed()]) {
        expect(sum(coverPolygon(turned, 25, 25))).toBeCloseTo(Math.PI * radius ** 2, 6);
      }
    }
  });

  it('agrees with counting points of a fine grid', () => {
    const corners = move(markerCorners('triangle', 4), 6.3, 5.9);
    const fine = 40;
    const covered = coverPolygon(corners, 12, 12);
    for (const [column, row] of [
      [3, 7],
      [6, 1],
      [6, 4],
      [9, 8],
      [4, 6],
    ] as const) {
      // prettier-ignore
      let inside = 0;
      for (let i = 0; i < fine * fine; i++) {
        const [x, y] = [column + ((i % fine) + 0.5) / fine, row + (Math.floor(i / fine) + 0.5) / fine];
        if (isInside(corners, x, y)) inside++;
      }
      expect(covered[row * 12 + column]).toBeCloseTo(inside / fine ** 2, 1);
    }
  });
});

describe('cutStamps', () => {
  it.each(MARKERS)('gives a %s the same area in every phase, and a halo around it', (marker) => {
    const { body, halo } = cutStamps(marker, 3.4, 1.5);
    expect(body).toHaveLength(PHASES * PHASES);
    const area = sum(coverShape(markerShape(marker, 3.4), { x: -12, y: -12, width: 24, height: 24 }));
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
      const { body, halo } = cutStamps(marker, radius, 1.1);
      const middleOf = ({ side, data }: (typeof body)[number]) => data[(side * side - 1) / 2];
      expect(middleOf(body[0]!)).toBeLessThan(64);
      expect(middleOf(halo[0]!)).toBe(255);
    }
  });

  it('draws no two markers alike, even small ones', () => {
    const drawn = (marker: Marker) =>
      coverShape(markerShape(marker, 3), { x: -8, y: -8, width: 16, height: 16 });
    for (const [index, first] of MARKERS.entries()) {
      for (const second of MARKERS.slice(index + 1)) {
        const other = drawn(second);
        const difference = sum(drawn(first).map((value, pixel) => Math.abs(value - other[pixel]!)));
        expect(difference / (Math.PI * 9), `${first} and ${second}`).toBeGreaterThan(0.15);
      }
    }
  });

  it('draws a disc that is the same from all sides', () => {
    const { side, data } = cutStamps('disc', 4.2, 0).body[PHASES / 2 + (PHASES * PHASES) / 2]!; // a pixel's middle
    const at = (x: number, y: number): number => data[y * side + x]!;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        expect(at(x, y)).toBe(at(side - 1 - x, y));
        expect(at(x, y)).toBe(at(y, x));
      }
    }
  });
});

describe('markerSymbol', () => {
  it.each(MARKERS)('gives pages the path of a %s, within its square', (marker) => {
    const path = markerSymbol(marker);
    expect(path).toMatch(/^M[-\d. LaMZ]+Z$/);
    const reach = Math.max(...markerShape(marker, SYMBOL.radius).flat(2).map(Math.abs));
    expect(reach).toBeLessThanOrEqual(SYMBOL.reach);
  });
});

describe('press', () => {
  const { body } = cutStamps('disc', 3, 1);

  it('puts a marker within an eighth of a pixel of its point', () => {
    const random = seededRandom(9);
    for (let i = 0; i < 50; i++) {
      const [x, y] = [10 + 5 * random(), 10 + 5 * random()];
      const canvas = blank(25, 25);
      press(canvas, body, [255, 0, 0], x, y);
      const red = canvas.data.filter((_, at) => at % 3 === 0);
      const weigh = (axis: (pixel: number) => number): number =>
        Array.from(red).reduce((total, value, pixel) => total + value * (axis(pixel) + 0.5), 0) / sum(red);
      expect(Math.abs(weigh((pixel) => pixel % 25) - x)).toBeLessThan(0.5 / PHASES + 0.02);
      expect(Math.abs(weigh((pixel) => Math.floor(pixel / 25)) - y)).toBeLessThan(0.5 / PHASES + 0.02);
    }
  });

  it('cuts off what lies outside', () => {
    const whole = blank(40, 40);
    press(whole, body, [9, 200, 77], 20, 20);
    for (const [x, y] of [
      [0, 0],
      [1, 19],
      [20, -2],
      [20, 1],
      [-9, 50],
    ] as const) {
      // prettier-ignore
      const small = blank(20, 20);
      press(small, body, [9, 200, 77], x, y);
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

describe('paintMarkers', () => {
  const styles = ['#ff0000', '#00ff00', '#0000ff'].map((colour) => ({ colour, marker: 'disc' }) as const);
  const stamps = new Map([['disc', cutStamps('disc', 3, 1)]] as const);
  const look = { styles, stamps, ground: '#ffffff' };

  it('paints a class in its colour, and a halo of the ground around it', () => {
    const canvas = blank(30, 30);
    paintMarkers(
      canvas,
      { x: 5, y: 5, width: 20, height: 20 },
      { x: Float64Array.of(10.5), y: Float64Array.of(10.5) },
      Int32Array.of(2),
      look,
    );
    const at = (x: number, y: number): number[] => Array.from(canvas.data.subarray(3 * (30 * y + x), 3 * (30 * y + x) + 3)); // prettier-ignore
    expect(at(15, 15)).toEqual([0, 0, 255]);
    expect(Math.min(...at(15 + 3, 15 + 1))).toBeGreaterThan(100);
    expect(at(15 + 6, 15)).toEqual([0, 0, 0]);
  });

  it('paints chosen rows above all others, the first of them last', () => {
    const place = (): Float64Array => Float64Array.from({ length: 50 }, () => 10.5);
    const labels = Int32Array.from({ length: 50 }, (_, i) => i % 3);
    for (const [above, expected] of [
      [[4], [0, 255, 0]],
      [
        [2, 4],
        [0, 0, 255],
      ],
    ] as const) {
      const canvas = blank(20, 20);
      paintMarkers(
        canvas,
        { x: 0, y: 0, width: 20, height: 20 },
        { x: place(), y: place() },
        labels,
        look,
        above,
      );
      expect([...canvas.data.subarray(3 * (20 * 10 + 10), 3 * (20 * 10 + 10) + 3)]).toEqual(expected);
    }
  });

  it('lets no class always lie on top', () => {
    const random = seededRandom(2);
    const count = 240;
    const canvas = blank(60, 60);
    const place = (): Float64Array => Float64Array.from({ length: count }, () => 5 + 50 * random());
    const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
    paintMarkers(canvas, { x: 0, y: 0, width: 60, height: 60 }, { x: place(), y: place() }, labels, look);
    const shares = [0, 1, 2].map((channel) => {
      const pure = canvas.data.filter((value, i) => i % 3 === channel && value === 255);
      return pure.length;
    });
    expect(Math.min(...shares) / Math.max(...shares)).toBeGreaterThan(0.7);
  });

  it('paints every point once, in the same order each time', () => {
    const labels = Int32Array.from({ length: 500 }, (_, i) => (i * 7) % 4);
    const groups = [...layerGroups(labels)];
    expect(groups.flat().sort((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    for (const group of groups) expect(new Set(group.map((row) => labels[row])).size).toBe(1);
    expect([...layerGroups(labels)]).toEqual(groups);
    expect([...layerGroups(new Int32Array(0))]).toEqual([]);
  });
});

describe('blend and paste', () => {
  it('leave alone what is transparent, replace what is not, and mix the rest', () => {
    const canvas = blank(4, 3);
    canvas.data.fill(100);
    const rgba = Uint8Array.of(0, 0, 0, 0, 200, 50, 0, 255, 200, 0, 100, 128);
    blend(canvas, rgba, { x: 1, y: 2, width: 3, height: 1 });
    expect([...canvas.data.subarray(3 * 9)]).toEqual([100, 100, 100, 200, 50, 0, 150, 50, 100]);
    paste(canvas, { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 1, 1);
    expect([...canvas.data.subarray(3 * 4, 3 * 8)]).toEqual([100, 100, 100, 1, 2, 3, 4, 5, 6, 100, 100, 100]);
  });
});

function isInside(corners: readonly Corner[], x: number, y: number): boolean {
  return corners.reduce((inside, [x0, y0], i) => {
    const [x1, y1] = corners[(i + 1) % corners.length]!;
    const crosses = y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
    return crosses ? !inside : inside;
  }, false);
}
