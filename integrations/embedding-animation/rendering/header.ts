/** Title, and which checkpoint this is. */
import type { FrameInput } from './frame-input.ts';
import type { FrameLayout } from './layout.ts';
import { setLines, type Line } from './lines.ts';
import { textMarks, type Page, type PlacedText } from './panel.ts';
import type { Typesetter } from './text.ts';
import type { Theme } from './theme.ts';

const TITLE = { size: 42, smallest: 30, baseline: 34 };
const LINE = { size: 28, narrowSize: 25, baseline: 80 };
/** Units: in a header that is narrower the line under the title is set smaller, in fewer words. */
const NARROW = 640;
/** In em. */
const WORD_GAP = 0.29;

/** Draws the title. A long one is set smaller, then shortened. */
export function drawTitle(
  page: Page,
  { header, unit }: FrameLayout,
  input: Pick<FrameInput, 'title'>,
  theme: Theme,
  typesetter: Typesetter,
): void {
  const wanted = TITLE.size * unit;
  const width = typesetter.measure(input.title, { size: wanted, weight: 700 });
  const size = Math.max(TITLE.smallest * unit, Math.min(wanted, (wanted * 0.999 * header.width) / width));
  const title = typesetter.fit(input.title, { size, weight: 700 }, header.width);
  if (title === '') return;
  const line = { text: title, x: 0, y: TITLE.baseline * unit, size, weight: 700, fill: theme.ink } as const;
  page.draw(header, textMarks([line]));
}

/** Sets the line under the title. */
export function setCheckpoint(
  { header, unit }: FrameLayout,
  input: Pick<FrameInput, 'step' | 'epoch' | 'accuracy'>,
  theme: Theme,
  typesetter: Typesetter,
): Line[] {
  const isNarrow = header.width < NARROW * unit;
  const size = (isNarrow ? LINE.narrowSize : LINE.size) * unit;
  const described = describeCheckpoint(input).map((word) =>
    isNarrow && word.short !== undefined ? { ...word, text: word.short } : word,
  );
  const words = placeWords(
    described,
    { width: header.width, y: LINE.baseline * unit, size },
    theme,
    typesetter,
  );
  return setLines(header, words, typesetter);
}

/** A piece of the second line. */
interface Word {
  readonly text: string;
  readonly strong?: boolean;
  /** Numbers have digits of one width, so that they stand still from frame to frame. */
  readonly isNumber?: boolean;
  /** The word where there is less room. */
  readonly short?: string;
}

/** `Step 40 · epoch 0.40 · 61.2% held-out accuracy`, with what is known. */
export function describeCheckpoint(input: Pick<FrameInput, 'step' | 'epoch' | 'accuracy'>): Word[] {
  const { step, epoch, accuracy } = input;
  const words: Word[] = [
    { text: 'Step', strong: true },
    { text: String(step), strong: true, isNumber: true },
  ];
  if (epoch !== undefined) {
    words.push({ text: '·' }, { text: 'epoch' }, { text: epoch.toFixed(2), isNumber: true });
  }
  if (accuracy !== undefined) {
    const share = `${(accuracy * 100).toFixed(1)}%`;
    words.push(
      { text: '·' },
      { text: share, isNumber: true },
      { text: 'held-out accuracy', short: 'accuracy' },
    );
  }
  return words;
}

/** Sets words one after the other; what doesn't fit into `width` px is shortened. */
function placeWords(
  words: readonly Word[],
  { width, y, size }: { readonly width: number; readonly y: number; readonly size: number },
  theme: Theme,
  typesetter: Typesetter,
): PlacedText[] {
  let x = 0;
  return words.map(({ text, strong = false, isNumber = false }) => {
    const style = { size, weight: strong ? 600 : 400, tabular: isNumber } as const;
    const fitted = x < width ? typesetter.fit(text, style, width - x) : '';
    const word = {
      ...style,
      text: fitted,
      x,
      y,
      fill: strong ? theme.ink : theme.muted,
    };
    x += typesetter.measure(text, style) + WORD_GAP * size;
    return word;
  });
}
