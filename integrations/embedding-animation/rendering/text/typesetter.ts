/** Text as outlines: laid out, measured, broken and shortened. */
import bidiFactory from 'bidi-js';
import type { Font } from 'fontkit';
import { makeError } from '../../errors.ts';
import { openLanguage, type Language } from '../../locale/index.ts';
import type { FontWeight } from './font-family.ts';
import { openFontStack, type FontStack } from './font-stack.ts';
import type { PlacedGlyph } from './glyph-outlines.ts';
import { splitGraphemes, splitIntoPieces, trimForEllipsis } from './line-breaks.ts';

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
  /** Characters that no font has, drawn as boxes. */
  readonly missing: number;
}

/** Sets lines of text in one language. Fonts it opened are kept as long as it is. */
export interface Typesetter {
  /** Words and numbers of what is set, and whose rules lines break by. */
  readonly language: Language;
  layOut(text: string, style: TextStyle): TextOutline;
  /** Width in px of the line as `layOut` would set it. */
  measure(text: string, style: TextStyle): number;
  /** The text, or as much of its beginning as fits into `maxWidth` px together with an ellipsis. */
  fit(text: string, style: TextStyle, maxWidth: number): string;
  /**
   * The text in as few lines of `maxWidth` px as hold it, about equally long, but at most `maxLines`: of a longer
   * text the last line is shortened. A word that no line holds is broken anywhere.
   */
  breakLines(text: string, style: TextStyle, maxWidth: number, maxLines: number): string[];
  /** The text, or as much of its beginning and its end as fits with an ellipsis between them. */
  fitMiddle(text: string, style: TextStyle, maxWidth: number): string;
}

/** A stretch of one font and one direction. */
interface TextRun {
  readonly text: string;
  /** `undefined` where no font has the text. */
  readonly font: Font | undefined;
  /** Embedding level of the bidirectional algorithm: odd runs from right to left. */
  readonly level: number;
}

const ELLIPSIS = '…';
/** Most lines that are kept: the numbers of a run's frames come back again and again. */
const LINES_KEPT = 2000;

/** What text is set with. */
export interface TypesetterInit {
  /** @default the fonts that the package brings along */
  readonly fonts?: FontStack;
  /** @default English */
  readonly language?: Language;
}

/** Opens a typesetter. */
export function openTypesetter({
  fonts = openFontStack(),
  language = openLanguage(),
}: TypesetterInit = {}): Typesetter {
  const bidi = bidiFactory();

  const setLine = (line: string, style: TextStyle): TextOutline => {
    const { levels } = bidi.getEmbeddingLevels(line);
    let offset = 0;
    const clusters = splitGraphemes(line).flatMap((cluster): TextRun[] => {
      const level = levels[offset] ?? 0;
      offset += cluster.length;
      const mirrored = level % 2 === 1 ? bidi.getMirroredCharacter(cluster) : null;
      const text = mirrored ?? cluster;
      const font = fonts.findFont(text, style.weight);
      // Characters that no one font has together, such as ｶ and ﾞ, are set one after the other.
      const pieces = font === undefined ? Array.from(text) : [text];
      return pieces.map((piece) => ({
        text: piece,
        font: font ?? fonts.findFont(piece, style.weight),
        level,
      }));
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

  /** As many pieces as fit, and at least one; with `end` behind the last. */
  const fill = (pieces: readonly string[], style: TextStyle, maxWidth: number, end = ''): number => {
    let [fits, tooLong] = [0, pieces.length + (end === '' ? 1 : 0)];
    while (tooLong - fits > 1) {
      const middle = (fits + tooLong) >> 1;
      if (measure(joinPieces(pieces.slice(0, middle), end), style) <= maxWidth) fits = middle;
      else tooLong = middle;
    }
    return fits;
  };

  const fit = (text: string, style: TextStyle, maxWidth: number): string => {
    const line = toOneLine(text);
    if (measure(line, style) <= maxWidth) return line;
    const clusters = splitGraphemes(line);
    return joinPieces(clusters.slice(0, fill(clusters, style, maxWidth, ELLIPSIS)), ELLIPSIS);
  };

  const fitMiddle = (text: string, style: TextStyle, maxWidth: number): string => {
    const line = toOneLine(text);
    if (measure(line, style) <= maxWidth) return line;
    const clusters = splitGraphemes(line);
    let [fits, tooLong] = [0, clusters.length];
    while (tooLong - fits > 1) {
      const middle = (fits + tooLong) >> 1;
      if (measure(keepEnds(clusters, middle), style) <= maxWidth) fits = middle;
      else tooLong = middle;
    }
    return keepEnds(clusters, fits);
  };

  /** Lines as long as they may be. */
  const breakGreedily = (pieces: readonly string[], style: TextStyle, maxWidth: number): string[] => {
    const lines: string[] = [];
    const rest = [...pieces];
    while (rest.length > 0) {
      const count = fill(rest, style, maxWidth);
      if (count > 0) lines.push(rest.splice(0, count).join('').trim());
      else {
        const piece = rest.shift()!; // no line holds it
        const words = splitIntoPieces(piece, language.locale, 'word');
        const smaller = words.length > 1 ? words : splitGraphemes(piece);
        if (smaller.length > 1) rest.unshift(...smaller);
        else lines.push(piece);
      }
    }
    return lines;
  };

  return {
    language,
    layOut,
    measure,
    fit,
    fitMiddle,
    breakLines(text, style, maxWidth, maxLines) {
      const line = toOneLine(text);
      const pieces = splitIntoPieces(line, language.locale);
      const lines = breakGreedily(pieces, style, maxWidth);
      if (lines.length > maxLines) {
        const shown = lines.slice(0, maxLines - 1);
        const last = line.slice(line.indexOf(lines[maxLines - 1]!, shown.join('').length));
        return [...shown, fit(last, style, maxWidth)];
      }
      const widest = Math.max(0, ...pieces.map((piece) => measure(piece, style)));
      let [width, tooNarrow] = [maxWidth, Math.min(widest, maxWidth)]; // words stay whole
      while (width - tooNarrow > 1) {
        const middle = (width + tooNarrow) / 2;
        if (breakGreedily(pieces, style, middle).length > lines.length) tooNarrow = middle;
        else width = middle;
      }
      return breakGreedily(pieces, style, width);
    },
  };
}

/** A line of pieces, with `end` behind it where it is shortened. */
function joinPieces(pieces: readonly string[], end: string): string {
  const line = pieces.join('').trimEnd();
  return end === '' ? line : trimForEllipsis(line) + end;
}

/** The first and the last of a line's `count` clusters that are kept, with an ellipsis between them. */
function keepEnds(clusters: readonly string[], count: number): string {
  const last = count >> 1;
  const end = clusters.slice(clusters.length - last).join('');
  return joinPieces(clusters.slice(0, count - last), ELLIPSIS) + (last === 0 ? '' : end.trimStart());
}

/**
 * Line breaks, tabs and runs of blanks become one blank; control characters and lone surrogates go. Marks are composed
 * with their letters, as fonts have them: names of files come decomposed from some systems.
 */
export function toOneLine(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();
}

function joinRuns(clusters: readonly TextRun[]): TextRun[] {
  const runs: TextRun[] = [];
  for (const cluster of clusters) {
    const last = runs.at(-1);
    if (last?.font === cluster.font && last?.level === cluster.level) {
      runs[runs.length - 1] = { ...last, text: last.text + cluster.text };
    } else runs.push(cluster);
  }
  return runs;
}

/** Unicode's rule L2: from the highest level down to the lowest odd one, turn each stretch of that level or above. */
function orderVisually(runs: readonly TextRun[]): TextRun[] {
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

/**
 * Glyphs of a text with their outlines and advances, in font units.
 * @throws EmbeddingAnimationError `FontInvalid`: fontkit reads many of a font's tables only now
 */
export function shapeText(
  font: Font,
  text: string,
  features: Readonly<Record<string, boolean>>,
  direction: 'ltr' | 'rtl',
) {
  try {
    const { glyphs, positions } = font.layout(text, { ...features }, undefined, undefined, direction);
    return glyphs.map(({ id, path }, index) => ({
      id,
      commands: path.commands,
      position: positions[index]!,
    }));
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw makeError('FontInvalid', 'damaged', { said }, { cause });
  }
}

function outlineRuns(runs: readonly TextRun[], style: TextStyle, lastResort: Font): TextOutline {
  let pen = 0;
  let missing = 0;
  const placed: PlacedGlyph[] = [];
  for (const { text, font, level } of runs) {
    const used = font ?? lastResort;
    const scale = style.size / used.unitsPerEm;
    const direction = level % 2 === 1 ? 'rtl' : 'ltr';
    const features = { tnum: style.tabular === true };
    for (const { id, commands, position } of shapeText(used, text, features, direction)) {
      const { xAdvance, xOffset, yOffset } = position;
      if (id === 0) missing++;
      placed.push({ commands, x: pen + xOffset * scale, y: -yOffset * scale, scale });
      pen += xAdvance * scale;
    }
  }
  return { width: pen, glyphs: placed, missing };
}
