/** Colours and markers: what a frame is drawn with. */
import type { Palette, PictureLook, ThemeName, ThemePalette } from '../options/index.ts';
import { MARKERS, type Marker } from './raster/marker-shapes.ts';
import { parseRgb } from './raster/pixels.ts';

/** Colours of paper and ink, `#rrggbb`. */
export interface Theme {
  readonly paper: string;
  /** Under the map. */
  readonly ground: string;
  readonly ink: string;
  /** For what may be read second; at least 4.5 : 1 on paper. */
  readonly muted: string;
  /** Lines that only guide. */
  readonly rule: string;
  /** The logged training loss under its smoothed curve; lines that lead from a point to its name. */
  readonly raw: string;
}

const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: {
    paper: '#ffffff',
    ground: '#f6f6f4',
    ink: '#1b1d21',
    muted: '#666a70',
    rule: '#dedfdc',
    raw: '#b4b7bb',
  },
  dark: {
    paper: '#14161a',
    ground: '#1c1f24',
    ink: '#f1f1ef',
    muted: '#a4a8ae',
    rule: '#363a41',
    raw: '#61666e',
  },
};

/**
 * Ten colours for classes in each theme. Found by a search over OKLCH for the largest least difference
 * (CIEDE2000) between any two, for full colour vision and for protanopia, deuteranopia and tritanopia
 * (Machado et al. 2009), with enough contrast on the theme's ground; a test holds them to it.
 */
export const CLASS_PALETTES: Readonly<Record<ThemeName, readonly string[]>> = {
  light: [
    '#667efb',
    '#e59e03',
    '#16af70',
    '#aa1200',
    '#8b41b6',
    '#12bbfe',
    '#de56ab',
    '#7c8500',
    '#bc375c',
    '#00847f',
  ],
  dark: [
    '#5c8eff',
    '#eaca00',
    '#88b969',
    '#dc6300',
    '#8f4ac7',
    '#2bc6fd',
    '#d564b1',
    '#49ffa8',
    '#c0374e',
    '#00ad8f',
  ],
};

/** How a class is drawn. */
export interface ClassStyle {
  /** `#rrggbb` */
  readonly colour: string;
  readonly marker: Marker;
}

type ClassLook = Pick<PictureLook, 'theme' | 'palette'>;

/** Colours nearer to a given one than this are not given to other classes: distance in OKLab. */
const LEAST_DISTANCE = 0.1;

/** Colours of paper and ink. */
export function themeOf({ theme }: Pick<PictureLook, 'theme'>): Theme {
  return THEMES[theme];
}

/** One colour a class, `#rrggbb`, in class order; see `classStyles`. */
export function classColours(classNames: readonly string[], look: ClassLook): string[] {
  const palette = paletteOf(look.palette, look.theme);
  if (palette === undefined || Array.isArray(palette)) {
    const colours = palette ?? CLASS_PALETTES[look.theme];
    return classNames.map((_, index) => colours[index % colours.length]!);
  }
  const known = classNames.map((name) => (Object.hasOwn(palette, name) ? palette[name] : undefined));
  const given = known.filter((colour) => colour !== undefined);
  const others = farFrom(given, CLASS_PALETTES[look.theme]);
  let next = 0;
  return known.map((colour) => colour ?? others[next++ % others.length]!);
}

/**
 * Colour and marker of each class: the palette's colours by name or in class order, else the theme's. Classes of one
 * colour have different markers until there are more of them than markers; see `countLookalikes`.
 */
export function classStyles(classNames: readonly string[], look: ClassLook): ClassStyle[] {
  const uses = new Map<string, number>();
  return classColours(classNames, look).map((colour) => {
    const key = colour.toLowerCase();
    const before = uses.get(key) ?? 0;
    uses.set(key, before + 1);
    return { colour, marker: MARKERS[before % MARKERS.length]! };
  });
}

/** How many classes look like another one before them. */
export function countLookalikes(styles: readonly ClassStyle[]): number {
  return (
    styles.length - new Set(styles.map(({ colour, marker }) => `${colour.toLowerCase()} ${marker}`)).size
  );
}

/** The part of a palette that counts in a theme; `undefined` where it says nothing of that theme. */
function paletteOf(palette: Palette | undefined, theme: 'light' | 'dark'): ThemePalette | undefined {
  if (palette === undefined || !isByTheme(palette)) return palette;
  return palette[theme];
}

/** The same palette with its classes called by other names. */
export function renamePalette(palette: Palette, rename: (name: string) => string): Palette {
  if (isByTheme(palette)) {
    const { light, dark } = palette;
    return {
      ...(light && { light: renameOne(light, rename) }),
      ...(dark && { dark: renameOne(dark, rename) }),
    };
  }
  return renameOne(palette, rename);
}

function renameOne(palette: ThemePalette, rename: (name: string) => string): ThemePalette {
  if (Array.isArray(palette)) return palette;
  return Object.fromEntries(Object.entries(palette).map(([name, colour]) => [rename(name), colour]));
}

type ByTheme = { readonly light?: ThemePalette | undefined; readonly dark?: ThemePalette | undefined };

function isByTheme(palette: Palette): palette is ByTheme {
  if (Array.isArray(palette)) return false;
  return Object.values(palette).some((value) => typeof value === 'object');
}

/** Those colours that no given one could be taken for; all where that leaves none. */
function farFrom(given: readonly string[], colours: readonly string[]): readonly string[] {
  const far = colours.filter((colour) =>
    given.every((other) => distance(toOklab(colour), toOklab(other)) >= LEAST_DISTANCE),
  );
  return far.length > 0 ? far : colours;
}

/** Steps in which a colour is taken nearer to the theme's ink until it can be read as text. */
const INK_STEPS = 20;
/** Least contrast of text (WCAG 2.2, AA). */
const TEXT_CONTRAST = 4.5;

/**
 * A class's colour as the ink of its name on the map's ground: the colour itself, or as near to it as text of
 * 4.5 : 1 can be.
 */
export function inkOf(colour: string, { ground, ink }: Pick<Theme, 'ground' | 'ink'>): string {
  const [from, to] = [parseRgb(colour), parseRgb(ink)];
  for (let step = 0; step < INK_STEPS; step++) {
    const mixed = from.map((byte, channel) => byte + ((to[channel]! - byte) * step) / INK_STEPS);
    const hex = `#${mixed.map((byte) => Math.round(byte).toString(16).padStart(2, '0')).join('')}`;
    if (contrastOf(hex, ground) >= TEXT_CONTRAST) return hex;
  }
  return ink;
}

/** Contrast ratio of WCAG 2. */
function contrastOf(first: string, second: string): number {
  const [darker, lighter] = [luminanceOf(first), luminanceOf(second)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05); // two
}

/** Relative luminance of WCAG 2. */
function luminanceOf(colour: string): number {
  const [red, green, blue] = toLinear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Linear light of sRGB, 0 … 1. */
function toLinear(colour: string): [red: number, green: number, blue: number] {
  return parseRgb(colour).map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number]; // three bytes
}

type Oklab = readonly [lightness: number, a: number, b: number];

function distance(first: Oklab, second: Oklab): number {
  return Math.hypot(first[0] - second[0], first[1] - second[1], first[2] - second[2]);
}

/** Björn Ottosson's OKLab of an sRGB colour. */
function toOklab(colour: string): Oklab {
  const [red, green, blue] = toLinear(colour);
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
