import { describe, expect, it } from 'vitest';
import { legendSpace, unitOf } from '../../../../integrations/embedding-animation/rendering/layout.ts';
import {
  planLegend,
  type LegendPlan,
} from '../../../../integrations/embedding-animation/rendering/parts/legend.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';
import { classStyles } from '../../../../integrations/embedding-animation/rendering/theme.ts';

const typesetter = openTypesetter();
const LANDSCAPE = { width: 1200, height: 800, outliers: 10, hasLosses: true };
const LARGEST = 23;

function plan(
  names: readonly string[],
  { images = names.map(() => 10), frame = LANDSCAPE } = {},
): LegendPlan {
  const styles = classStyles(names, { theme: 'light' });
  const space = { ...legendSpace(frame), unit: unitOf(frame) };
  return planLegend({ names, styles, images }, space, typesetter);
}

const textsOf = ({ entries }: LegendPlan): string[] => entries.map(({ text }) => text);
const numbered = (count: number, name = (n: string) => n): string[] =>
  Array.from({ length: count }, (_, index) => name(String(index).padStart(3, '0')));

describe('planLegend', () => {
  it('sets few names large and whole', () => {
    const { size, rows, entries } = plan(['cat', 'dog', 'truck']);
    expect([size, rows, entries.length]).toEqual([LARGEST, 1, 3]);
  });

  it('sets more names smaller before it shortens them', () => {
    const names = numbered(30, (n) => `breed ${n}`);
    const { size, entries } = plan(names);
    expect(size).toBeLessThan(LARGEST);
    expect(entries.map(({ style }) => style).every((style) => style !== undefined)).toBe(true);
  });

  it('shows 120 short names', () => {
    const legend = plan(numbered(120));
    expect(textsOf(legend)).toEqual(numbered(120));
  });

  it('says how many of 120 long names it leaves out, and tells the shown apart', () => {
    const names = numbered(120, (n) => `n02085${n}-${n}hound of the kennel ${n}`);
    const legend = plan(names);
    const texts = textsOf(legend);
    expect(texts.at(-1)).toBe(`+${120 - texts.length + 1} more`);
    expect(texts.length).toBeGreaterThan(60);
    expect(new Set(texts).size).toBe(texts.length);
    expect(legend.size).toBe(12);
  });

  it('sets nothing smaller than can be read in a small picture', () => {
    const { size, entries } = plan(
      numbered(45, (n) => `class ${n}`),
      {
        frame: { ...LANDSCAPE, width: 480, height: 320 },
      },
    );
    expect(size).toBeCloseTo(LARGEST * 0.4, 10);
    expect(entries.at(-1)?.text).toBe('+34 more');
  });

  it('leaves out the classes with the fewest images and keeps the order of the others', () => {
    const names = numbered(120, (n) => `${n}hound of the kennel ${n}`);
    const images = names.map((_, index) => (index % 2 === 0 ? 5 : 50));
    const { entries } = plan(names, { images });
    const shown = entries.slice(0, -1).map(({ style }) => style);
    const places = shown.map((style) =>
      classStyles(names, { theme: 'light' }).findIndex(
        ({ colour, marker }) => colour === style?.colour && marker === style.marker,
      ),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places.filter((place) => place % 2 === 1)).toHaveLength(60);
  });

  it.each([1, 12, 13, 31, 60, 88, 120, 121, 1000])('has a place for each entry of %i classes', (count) => {
    for (const frame of [LANDSCAPE, { ...LANDSCAPE, width: 760, height: 1240 }]) {
      const legend = plan(
        numbered(count, (n) => `class ${n}`),
        { frame },
      );
      expect(legend.columns.length * legend.rows).toBeGreaterThanOrEqual(legend.entries.length);
      expect(legend.columns.length * (legend.rows - 1)).toBeLessThan(legend.entries.length + legend.rows);
      expect(legend.rows * legend.rowHeight).toBeLessThanOrEqual(290);
    }
  });
});
