/** Colours and markers: what a frame is drawn with. */
import type { PictureLook, ThemeName } from '../options/index.ts';

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
  /** The logged training loss under its smoothed curve. */
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

/** Shapes of a class's points: when the colours are used up they start again with the next shape. */
export const MARKERS = ['disc', 'square', 'triangle', 'diamond', 'cross'] as const;
export type Marker = (typeof MARKERS)[number];

/** How a class is drawn. */
export interface ClassStyle {
  readonly colour: string;
  readonly marker: Marker;
}

/** Colours of paper and ink. */
export function themeOf({ theme }: Pick<PictureLook, 'theme'>): Theme {
  return THEMES[theme];
}

/** One colour a class, `#rrggbb`, in class order: the option's palette or the theme's, repeated as needed. */
export function classColours(count: number, look: Pick<PictureLook, 'theme' | 'palette'>): string[] {
  const palette = look.palette ?? CLASS_PALETTES[look.theme];
  return Array.from({ length: count }, (_, index) => palette[index % palette.length]!);
}

/** Colour and marker of each class. */
export function classStyles(count: number, look: Pick<PictureLook, 'theme' | 'palette'>): ClassStyle[] {
  const colours = look.palette?.length ?? CLASS_PALETTES[look.theme].length;
  return classColours(count, look).map((colour, index) => ({
    colour,
    marker: MARKERS[Math.floor(index / colours) % MARKERS.length]!,
  }));
}
