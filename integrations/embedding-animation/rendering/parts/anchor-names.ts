/** Names of anchors as lines of text: broken, shortened, and set where there is room for them. */
import type { Box } from '../raster/geometry.ts';
import { CAP_HEIGHT, type PlacedText } from '../text/placed-text.ts';
import { shortenNames } from '../text/short-names.ts';
import type { TextStyle, Typesetter } from '../text/typesetter.ts';
import type { LabelSlot } from './anchor-labels.ts';
import type { PlacedCircle } from './map-extent.ts';

/** An anchor's name, px of the map. */
export interface AnchorLabel {
  readonly lines: readonly Omit<PlacedText, 'fill'>[];
  /** Where a line from the anchor ends, for a name that does not stand beside it. */
  readonly leader: readonly [x: number, y: number] | undefined;
  /** px of the map that nothing else is written on. */
  readonly box: Box;
}

/** In em: from one line to the next, and between two names. */
export const [LINE_HEIGHT, NAME_GAP] = [1.14, 0.14];
/** In em: from how far away a line leads to a name, and how far it ends before it. */
const [LEADER_FROM, LEADER_GAP] = [0.8, 0.25];
/** Scripts whose lines break between any two letters. */
const UNSPACED = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}/u;

/** A name in as few lines as hold it whole; in one where none do. */
export function breakName(
  name: string,
  style: TextStyle,
  room: number,
  lines: number,
  typesetter: Typesetter,
): readonly string[] {
  if (lines === 1 || room <= 0 || typesetter.measure(name, style) <= room) return [name];
  const broken = typesetter.breakLines(name, style, room, lines);
  const isWhole = broken.join(' ') === name || (UNSPACED.test(name) && broken.join('') === name);
  return isWhole ? broken : [name];
}

/** Names in one line each, shortened to their own rooms, or to the least of them where two would read the same. */
export function shortenEach(
  names: readonly string[],
  rooms: readonly number[],
  style: TextStyle,
  typesetter: Typesetter,
): string[] {
  const own = rooms.map((room, at) => shortenNames(names, typesetter, style, room)[at]!);
  const isClear = new Set(own).size === new Set(names).size;
  return isClear ? own : shortenNames(names, typesetter, style, Math.min(...rooms));
}

/** Sets a name's lines where its slot is. */
export function placeLines(
  texts: readonly string[],
  { x, y, side, shift }: LabelSlot,
  circle: PlacedCircle,
  style: TextStyle,
  typesetter: Typesetter,
): AnchorLabel {
  const { size } = style;
  const step = LINE_HEIGHT * size;
  const anchor = side === 'centre' ? 'middle' : side === 'left' ? 'end' : 'start';
  const first = circle.y + y - ((texts.length - 1) * step) / 2 + (CAP_HEIGHT / 2) * size;
  const height = texts.length * step;
  const toCircle =
    side === 'centre'
      ? { x, y: y - (Math.sign(y) * height) / 2 }
      : { x: x - Math.sign(x) * LEADER_GAP * size, y };
  const width = Math.max(...texts.map((text) => typesetter.measure(text, style)));
  const left = circle.x + x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
  return {
    lines: texts.map((text, line) => {
      return { text, x: circle.x + x, y: first + line * step, size, weight: style.weight, anchor };
    }),
    leader: shift < LEADER_FROM * size ? undefined : [circle.x + toCircle.x, circle.y + toCircle.y],
    box: { x: left, y: circle.y + y - height / 2, width, height },
  };
}
