/** Title, and which checkpoint this is. */
import type { FrameInput } from '../frame-input.ts';
import type { Language, WordKey } from '../../locale/index.ts';
import { SIZES, type FrameLayout } from '../layout.ts';
import type { SvgDrawing } from '../svg-drawing.ts';
import { typeset, type PlacedText, type TypesetText } from '../text/placed-text.ts';
import type { Typesetter } from '../text/typesetter.ts';
import type { Theme } from '../theme.ts';

const TITLE = { size: 42, smallest: 30, baseline: 34 };
/** Of several lines: units to the first baseline, and between them. */
const MANY_LINES = { size: 30, baseline: 27, pitch: 38 };
const SUBTITLE = { baseline: 80, size: 28, narrowSize: 25, smallest: 22 };
/** Units: in a header that is narrower the line under the title is set smaller, in fewer words. */
const NARROW = 640;
/** Epochs that are written without decimals. */
const MANY_EPOCHS = 1000;
/** In em. */
const WORD_GAP = 0.29;

/** The title as it will be drawn. */
export interface TitlePlan {
  /** None for a title of nothing. */
  readonly lines: readonly string[];
  /** px per em */
  readonly size: number;
}

/** Fits the title into its space: a long one is set smaller, then in several lines, then shortened. */
export function planTitle(
  title: string,
  { width, lines, unit }: { readonly width: number; readonly lines: number; readonly unit: number },
  typesetter: Typesetter,
): TitlePlan {
  const wanted = TITLE.size * unit;
  const full = typesetter.measure(title, { size: wanted, weight: 700 });
  const fitting = (wanted * 0.999 * width) / full;
  if (fitting < TITLE.smallest * unit) {
    const size = MANY_LINES.size * unit;
    return { lines: typesetter.breakLines(title, { size, weight: 700 }, width, lines), size };
  }
  const size = Math.min(wanted, fitting);
  const line = typesetter.fit(title, { size, weight: 700 }, width);
  return { lines: line === '' ? [] : [line], size };
}

/** Draws the title. */
export function drawTitle(
  drawing: SvgDrawing,
  { header, unit }: FrameLayout,
  { lines, size }: TitlePlan,
  theme: Theme,
): void {
  if (lines.length === 0) return;
  const first = lines.length === 1 ? TITLE.baseline : MANY_LINES.baseline;
  const texts = lines.map((text, index): PlacedText => {
    const y = (first + index * MANY_LINES.pitch) * unit;
    return { text, x: 0, y, size, weight: 700, fill: theme.ink };
  });
  drawing.addTexts(header, texts);
}

/** Typesets the line under the title. */
export function typesetCheckpoint(
  { header, unit, titleLines }: FrameLayout,
  input: Pick<FrameInput, 'step' | 'epoch' | 'accuracy' | 'lastStep'>,
  theme: Theme,
  typesetter: Typesetter,
): TypesetText[] {
  const isNarrow = header.width < NARROW * unit;
  const y = (SUBTITLE.baseline + (titleLines - 1) * SIZES.titleLine) * unit;
  const wanted = (isNarrow ? SUBTITLE.narrowSize : SUBTITLE.size) * unit;
  const words = describeCheckpoint(input, typesetter.language, isNarrow);
  const last = describeCheckpoint({ ...input, step: input.lastStep }, typesetter.language, isNarrow);
  const fitting = (wanted * header.width) / measureWords(last, wanted, typesetter);
  const size = Math.min(wanted, Math.max(SUBTITLE.smallest * unit, fitting));
  const placed = placeWords(words, { width: header.width, y, size }, theme, typesetter);
  return typeset(header, placed, typesetter);
}

/** A piece of the second line. */
interface Word {
  readonly text: string;
  readonly strong?: boolean;
  /** Numbers have digits of one width, so that they stand still from frame to frame. */
  readonly isNumber?: boolean;
  /** Whether the word follows the one before without a gap. @default false */
  readonly isJoined?: boolean;
}

/** `Step 40 · epoch 0.40 · 61.2% held-out accuracy`, with what is known; in fewer words where it is short. */
export function describeCheckpoint(
  { step, epoch, accuracy }: Pick<FrameInput, 'step' | 'epoch' | 'accuracy'>,
  language: Language,
  isShort = false,
): Word[] {
  const parts: Word[][] = [
    splitWords('step', language.formatFixed(step, 0), language).map((word) => ({ ...word, strong: true })),
  ];
  if (epoch !== undefined)
    parts.push(splitWords('epoch', language.formatFixed(epoch, epoch < MANY_EPOCHS ? 2 : 0), language));
  if (accuracy !== undefined) {
    parts.push(
      splitWords(isShort ? 'accuracy' : 'heldOutAccuracy', language.formatShare(accuracy), language),
    );
  }
  return parts.flatMap((words, index) => (index === 0 ? words : [{ text: '·' }, ...words]));
}

/** A text of the language as words around its number: blanks between them become gaps. */
function splitWords(key: WordKey, value: string, language: Language): Word[] {
  let isJoined = false;
  return language.split(key).flatMap((part, index): Word[] => {
    const text = 'placeholder' in part ? value : part.text;
    const word = {
      text: text.trim(),
      isNumber: 'placeholder' in part,
      isJoined: index > 0 && isJoined && text === text.trimStart(),
    };
    isJoined = text === text.trimEnd();
    return word.text === '' ? [] : [word];
  });
}

/** px from the first word to the end of the last. */
function measureWords(words: readonly Word[], size: number, typesetter: Typesetter): number {
  return words.reduce((width, { text, strong = false, isNumber = false, isJoined = false }, index) => {
    const gap = index === 0 || isJoined ? 0 : WORD_GAP * size;
    return width + gap + typesetter.measure(text, { size, weight: strong ? 600 : 400, tabular: isNumber });
  }, 0);
}

/**
 * Places words one after the other, from the right where the language is written so; what doesn't fit into the width
 * is shortened.
 */
function placeWords(
  words: readonly Word[],
  { width, y, size }: { readonly width: number; readonly y: number; readonly size: number },
  theme: Theme,
  typesetter: Typesetter,
): PlacedText[] {
  let x = 0;
  const placed = words.map(({ text, strong = false, isNumber = false }, index) => {
    const style = { size, weight: strong ? 600 : 400, tabular: isNumber } as const;
    const fitted = x < width ? typesetter.fit(text, style, width - x) : '';
    const word = { ...style, text: fitted, x, y, fill: strong ? theme.ink : theme.muted };
    x += typesetter.measure(text, style) + (words[index + 1]?.isJoined === true ? 0 : WORD_GAP * size);
    return word;
  });
  if (typesetter.language.direction === 'ltr') return placed;
  const end = Math.min(x - WORD_GAP * size, width);
  return placed.map((word) => ({ ...word, x: end - word.x - typesetter.measure(word.text, word) }));
}
