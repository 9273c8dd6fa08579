import { describe, expect, it } from 'vitest';
import { Choices, MOST_CHOICES } from '../../../integrations/embedding-animation/rendering/gif-choices.ts';
import {
  coverColours,
  TOLERANCE,
  type Counted,
} from '../../../integrations/embedding-animation/rendering/gif-cover.ts';
import { TRANSPARENT_INDEX } from '../../../integrations/embedding-animation/rendering/gif-palette.ts';
import { seededRandom } from '../../helpers/rendering.ts';

const grey = (level: number): number => level * 0x010101;

describe('coverColours', () => {
  it('leaves no colour far from all that were chosen, where it may choose enough', () => {
    const random = seededRandom(4);
    const colours = Array.from({ length: 500 }, (): Counted => [Math.floor(random() * 2 ** 24), 1]);
    const chosen = coverColours(colours, 500);
    expect(chosen.length).toBeLessThan(500);
    for (const [colour] of colours) {
      const rgb = [colour >> 16, (colour >> 8) & 255, colour & 255];
      const nearest = Math.min(
        ...chosen.map((entry) => Math.max(...entry.map((value, i) => Math.abs(value - rgb[i]!)))),
      );
      expect(nearest).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  it('chooses what stands for the most pixels first, and no more than it may', () => {
    const colours: Counted[] = [[grey(10), 5], [grey(200), 40], [grey(204), 40], [grey(100), 50]]; // prettier-ignore
    expect(coverColours(colours, 2)).toEqual([[202, 202, 202], [100, 100, 100]]); // prettier-ignore
    expect(coverColours([], 2)).toEqual([]);
  });
});

describe('Choices', () => {
  const common = Uint8Array.from([200, 210, 214, 20].flatMap((level) => [level, level, level]));
  const choices = new Choices(common);
  const entriesOf = (number: number): number[] =>
    Array.from(choices.entries.subarray(number * MOST_CHOICES)).slice(0, choices.counts[number]);
  const ofGrey = (level: number): number => choices.ofColour(grey(level));

  it('gives a common colour itself, others the nearest first, and a far one nothing', () => {
    expect(entriesOf(ofGrey(210))).toEqual([1]);
    expect(entriesOf(ofGrey(206))).toEqual([1, 0]);
    expect(entriesOf(ofGrey(185))).toEqual([0]);
    expect(entriesOf(ofGrey(100))).toEqual([]);
  });

  it('draws what stays again only where it is certain what is there', () => {
    expect(entriesOf(choices.ofStaying(ofGrey(210)))).toEqual([TRANSPARENT_INDEX, 1]);
    expect(entriesOf(choices.ofStaying(ofGrey(206)))).toEqual([TRANSPARENT_INDEX]);
    expect(entriesOf(choices.ofStaying(ofGrey(100)))).toEqual([TRANSPARENT_INDEX]);
  });

  it('leaves what changes alone only where all that can be there is as good', () => {
    expect(entriesOf(choices.ofChange(ofGrey(210), ofGrey(206)))).toEqual([TRANSPARENT_INDEX, 1, 0]);
    expect(entriesOf(choices.ofChange(ofGrey(206), ofGrey(210)))).toEqual([1]);
    expect(entriesOf(choices.ofChange(ofGrey(100), ofGrey(210)))).toEqual([1]);
    expect(entriesOf(choices.ofChange(ofGrey(210), ofGrey(100)))).toEqual([]);
  });
});
