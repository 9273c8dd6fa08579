import { describe, expect, it } from 'vitest';
import {
  CLASS_PALETTES,
  classColours,
  classStyles,
  countLookalikes,
  inkOf,
  themeOf,
} from '../../../integrations/embedding-animation/rendering/theme.ts';
import { MARKERS } from '../../../integrations/embedding-animation/rendering/raster/marker-shapes.ts';
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

describe.each(THEMES)('the ink of a class, %s', (theme) => {
  const look = themeOf({ theme });

  it('can be read as text on the ground of the map, whatever the colour', () => {
    for (const colour of [
      ...CLASS_PALETTES[theme],
      '#ffffff',
      '#000000',
      '#ffff00',
      '#0000ff',
      look.ground,
    ]) {
      expect(contrastRatio(inkOf(colour, look), look.ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('is the colour itself where that can be read', () => {
    expect(inkOf(look.muted, look)).toBe(look.muted);
    const readable = CLASS_PALETTES[theme].filter((colour) => contrastRatio(colour, look.ground) >= 4.5);
    expect(readable.length).toBeGreaterThan(1);
    for (const colour of readable) expect(inkOf(colour, look)).toBe(colour);
  });

  it('still differs from class to class', () => {
    expect(new Set(CLASS_PALETTES[theme].map((colour) => inkOf(colour, look))).size).toBe(10);
  });
});

const LETTERS = Array.from('abcdefghij');

describe('classStyles', () => {
  it('gives every one of 130 classes another colour or marker', () => {
    const styles = classStyles(Array.from({ length: 130 }, String), { theme: 'light' });
    expect(new Set(styles.map(({ colour, marker }) => colour + marker)).size).toBe(130);
    expect(countLookalikes(styles)).toBe(0);
  });

  it('counts the classes that look like another one when colours and markers are used up', () => {
    const names = Array.from({ length: 133 }, String);
    expect(countLookalikes(classStyles(names, { theme: 'dark' }))).toBe(3);
    const grey = { theme: 'dark' as const, palette: ['#777777'] };
    expect(countLookalikes(classStyles(names.slice(0, MARKERS.length), grey))).toBe(0);
  });

  it('takes the palette of the options and repeats it with the next marker', () => {
    const styles = classStyles(['a', 'b', 'c'], { theme: 'dark', palette: ['#111111', '#222222'] });
    expect(styles).toEqual([
      { colour: '#111111', marker: 'disc' },
      { colour: '#222222', marker: 'disc' },
      { colour: '#111111', marker: 'square' },
    ]);
  });

  it('gives classes of one colour another marker, however the colour is written', () => {
    const styles = classStyles(['a', 'b', 'c'], {
      theme: 'light',
      palette: ['#ABCDEF', '#abcdef', '#ABCDEF'],
    });
    expect(styles.map(({ marker }) => marker)).toEqual(['disc', 'square', 'triangle']);
  });

  it('colours the classes that the palette names, and the others far from them', () => {
    const [first, second] = CLASS_PALETTES.light;
    const styles = classStyles(LETTERS, { theme: 'light', palette: { c: second!, a: '#123456' } });
    expect(styles[0]).toEqual({ colour: '#123456', marker: 'disc' });
    expect(styles[2]).toEqual({ colour: second, marker: 'disc' });
    expect(styles[1]!.colour).toBe(first);
    expect(styles.filter(({ colour }) => colour === second)).toHaveLength(1);
    expect(countLookalikes(styles)).toBe(0);
  });

  it('takes nearly the same colour for the same', () => {
    const first = CLASS_PALETTES.dark[2];
    const near = `#${(parseInt(first!.slice(1), 16) + 0x010101).toString(16)}`;
    const colours = classColours(LETTERS, { theme: 'dark', palette: { j: near } });
    expect(colours).not.toContain(first);
  });

  it('has a palette for each theme, or the own one where none is given', () => {
    const palette = { dark: { b: '#ff0000' } };
    expect(classColours(['a', 'b'], { theme: 'dark', palette })[1]).toBe('#ff0000');
    expect(classColours(['a', 'b'], { theme: 'light', palette })).toEqual(CLASS_PALETTES.light.slice(0, 2));
  });

  it('is not led astray by classes that are called like members of objects', () => {
    const names = ['constructor', '__proto__', 'toString'];
    expect(classColours(names, { theme: 'light', palette: { toString: '#00ff00' } })).toEqual([
      ...CLASS_PALETTES.light.slice(0, 1),
      expect.stringMatching(/^#/),
      '#00ff00',
    ]);
  });

  it('agrees with the colours that pages show', () => {
    const look = { theme: 'light' } as const;
    expect(classColours(LETTERS, look)).toEqual(classStyles(LETTERS, look).map(({ colour }) => colour));
  });
});
