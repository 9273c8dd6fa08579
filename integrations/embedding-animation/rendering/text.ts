/** Text as outlines: laid out, measured and shortened with the bundled fonts. */
import bidiFactory from 'bidi-js';
import type { Font } from 'fontkit';
import { openFontBook, type FontBook, type FontWeight } from './font-book.ts';
import type { PlacedGlyph } from './glyphs.ts';

/** How a line of text is set. */
export interface TextStyle {
  /** px per em */
  readonly size: number;
  readonly weight: FontWeight;
  /** Digits of one width, so that changing numbers stand still. @default false */
  readonly tabular?: boolean;
}

/** A line of text as one shape, its baseline starting at the origin. */
export interface TextOutline {
  /** Sum of the advances, px. */
  readonly width: number;
  readonly glyphs: readonly PlacedGlyph[];
  /** Characters that no bundled font has, drawn as boxes. */
  readonly missing: number;
}

/** Sets lines of text. Fonts it opened are kept as long as it is. */
export interface Typesetter {
  layOut(text: string, style: TextStyle): TextOutline;
  /** Width in px of the line as `layOut` would set it. */
  measure(text: string, style: TextStyle): number;
  /** The text, or as much of its beginning as fits into `maxWidth` px together with an ellipsis. */
  fit(text: string, style: TextStyle, maxWidth: number): string;
  /** The text, or as much of its beginning and its end as fits with an ellipsis between them. */
  fitMiddle(text: string, style: TextStyle, maxWidth: number): string;
}

/** A stretch of one font and one direction. */
interface Run {
  readonly text: string;
  /** `undefined` where no bundled font has the text. */
  readonly font: Font | undefined;
  /** Embedding level of the bidirectional algorithm: odd runs from right to left. */
  readonly level: number;
}

const ELLIPSIS = '…';
/** Most lines that are kept: the numbers of a run's frames come back again and again. */
const LINES_KEPT = 2000;

/** @param fonts the fonts to set with; the bundled ones unless a test brings others */
export function openTypesetter(fonts: FontBook = openFontBook()): Typesetter {
  const bidi = bidiFactory();
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

  const split = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

  const setLine = (line: string, style: TextStyle): TextOutline => {
    const { levels } = bidi.getEmbeddingLevels(line);
    let offset = 0;
    const clusters = split(line).map((cluster): Run => {
      const level = levels[offset] ?? 0;
      offset += cluster.length;
      const mirrored = level % 2 === 1 ? bidi.getMirroredCharacter(cluster) : null;
      return { text: mirrored ?? cluster, font: fonts.findFont(cluster, style.weight), level };
    });
    return outlineRuns(orderVisually(joinRuns(clusters)), style, fonts.lastResort(style.weight));
  };

  const kept = new Map<string, TextOutline>();
  const layOut = (text: string, style: TextStyle): TextOutline => {
    const line = toOneLine(text);
    const key = `${style.size} ${style.weight} ${style.tabular === true} ${line}`;
    const outline = kept.get(key) ?? setLine(line, style);
    if (kept.size >= LINES_KEPT) kept.clear();
    kept.set(key, outline);
    return outline;
  };

  const measure = (text: string, style: TextStyle): number => layOut(text, style).width;

  /** @param shorten the clusters of a text to what is kept of `count` of them */
  const fitBy = (
    text: string,
    style: TextStyle,
    maxWidth: number,
    shorten: (clusters: readonly string[], count: number) => string,
  ): string => {
    const line = toOneLine(text);
    if (measure(line, style) <= maxWidth) return line;
    const clusters = split(line);
    let fits = 0;
    let tooLong = clusters.length;
    while (tooLong - fits > 1) {
      const middle = (fits + tooLong) >> 1;
      if (measure(shorten(clusters, middle), style) <= maxWidth) fits = middle;
      else tooLong = middle;
    }
    return shorten(clusters, fits);
  };

  return {
    layOut,
    measure,
    fit: (text, style, maxWidth) => fitBy(text, style, maxWidth, keepStart),
    fitMiddle: (text, style, maxWidth) => fitBy(text, style, maxWidth, keepEnds),
  };
}

function keepStart(clusters: readonly string[], count: number): string {
  return clusters.slice(0, count).join('').trimEnd() + ELLIPSIS;
}

function keepEnds(clusters: readonly string[], count: number): string {
  const end = clusters.slice(clusters.length - (count >> 1)).join('');
  return keepStart(clusters, count - (count >> 1)) + end.trimStart();
}

/** Line breaks, tabs and runs of blanks become one blank; control characters and lone surrogates go. */
export function toOneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();
}

function joinRuns(clusters: readonly Run[]): Run[] {
  const runs: Run[] = [];
  for (const cluster of clusters) {
    const last = runs.at(-1);
    if (last?.font === cluster.font && last?.level === cluster.level) {
      runs[runs.length - 1] = { ...last, text: last.text + cluster.text };
    } else runs.push(cluster);
  }
  return runs;
}

/** Unicode's rule L2: from the highest level down to the lowest odd one, turn each stretch of that level or above. */
function orderVisually(runs: readonly Run[]): Run[] {
  const ordered = [...runs];
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = highest; level >= 1; level--) {
    for (let start = 0; start < ordered.length; start++) {
      let end = start;
      while (end < ordered.length && ordered[end]!.level >= level) end++;
      if (end > start + 1) ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = end;
    }
  }
  return ordered;
}

function outlineRuns(runs: readonly Run[], style: TextStyle, lastResort: Font): TextOutline {
  let pen = 0;
  let missing = 0;
  const placed: PlacedGlyph[] = [];
  for (const { text, font, level } of runs) {
    const used = font ?? lastResort;
    const scale = style.size / used.unitsPerEm;
    const direction = level % 2 === 1 ? 'rtl' : 'ltr';
    const features = { tnum: style.tabular === true };
    const { glyphs, positions } = used.layout(text, features, undefined, undefined, direction);
    glyphs.forEach((glyph, index) => {
      const { xAdvance, xOffset, yOffset } = positions[index]!;
      if (glyph.id === 0) missing++;
      const { commands } = glyph.path;
      placed.push({ commands, x: pen + xOffset * scale, y: -yOffset * scale, scale });
      pen += xAdvance * scale;
    });
  }
  return { width: pen, glyphs: placed, missing };
}
