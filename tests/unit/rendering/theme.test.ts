import { describe, expect, it } from 'vitest';
import {
  CLASS_PALETTES,
  classColours,
  classStyles,
  themeOf,
} from '../../../integrations/embedding-animation/rendering/theme.ts';
import { ciede2000, contrastRatio, differenceSeen, VISIONS } from '../../helpers/colour-vision.ts';

const THEMES = ['light', 'dark'] as const;
/** By this measure Okabe and Ito's eight colours reach 10.9, d3's `schemeCategory10` 1.3. */
const LEAST_DIFFERENCE = 11;

describe('the measure of difference', () => {
  it('agrees with the published CIEDE2000 pairs', () => {
    expect(ciede2000([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
    expect(ciede2000([50, 2.5, 0], [58, 24, 15])).toBeCloseTo(19.4535, 4);
    expect(ciede2000([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514])).toBeCloseTo(0.9082, 4);
  });
});

describe.each(THEMES)('the %s palette', (theme) => {
  const palette = CLASS_PALETTES[theme];
  const { paper, ground, ink, muted } = themeOf({ theme });

  it.each(Object.keys(VISIONS))('keeps any two classes apart for %s vision', (vision) => {
    const differences = palette.flatMap((first, index) =>
      palette.slice(index + 1).map((second) => differenceSeen(first, second, vision)),
    );
    expect(differences).toHaveLength(45);
    expect(Math.min(...differences)).toBeGreaterThanOrEqual(LEAST_DIFFERENCE);
  });

  it('stands out from the ground of the map', () => {
    for (const colour of palette) expect(contrastRatio(colour, ground)).toBeGreaterThan(1.8);
  });

  it('has text that anyone can read', () => {
    for (const text of [ink, muted]) expect(contrastRatio(text, paper)).toBeGreaterThan(4.5);
    expect(contrastRatio(ink, ground)).toBeGreaterThan(7);
  });
});

describe('classStyles', () => {
  it('gives every one of fifty classes another colour or marker', () => {
    const styles = classStyles(50, { theme: 'light' });
    expect(new Set(styles.map(({ colour, marker }) => colour + marker)).size).toBe(50);
  });

  it('takes the palette of the options and repeats it with the next marker', () => {
    const styles = classStyles(3, { theme: 'dark', palette: ['#111111', '#222222'] });
    expect(styles).toEqual([
      { colour: '#111111', marker: 'disc' },
      { colour: '#222222', marker: 'disc' },
      { colour: '#111111', marker: 'square' },
    ]);
  });

  it('agrees with the colours that pages show', () => {
    const look = { theme: 'light' } as const;
    expect(classColours(12, look)).toEqual(classStyles(12, look).map(({ colour }) => colour));
  });
});
