/** Inputs for pictures, made from nothing but a seed. */
import type { LossRow, RgbImage } from '../../integrations/embedding-animation/contracts.ts';
import { animationSchema } from '../../integrations/embedding-animation/options/index.ts';
import { listVariants } from '../../integrations/embedding-animation/variants.ts';
import type { FrameAnchor, FrameInput } from '../../integrations/embedding-animation/rendering/index.ts';
import type { TextBox } from '../../integrations/embedding-animation/rendering/text/placed-text.ts';

const EMOJI_GROUPS = [
  'Activities',
  'Animals & Nature',
  'Flags',
  'Food & Drink',
  'Objects',
  'People & Body',
  'Smileys & Emotion',
  'Symbols',
  'Travel & Places',
];

/** What a test may choose; the rest is made up. */
export interface FrameWishes extends Partial<Omit<FrameInput, 'look'>> {
  readonly count?: number;
  /** Rows of the leaderboard. @default 10 */
  readonly outlierCount?: number;
  readonly look?: Partial<FrameInput['look']>;
}

/** A frame halfway through a training, its classes drawing apart. */
export function makeFrameInput({
  count = 240,
  outlierCount = 10,
  look,
  ...wishes
}: FrameWishes = {}): FrameInput {
  const random = seededRandom(7);
  const classNames = wishes.classNames ?? EMOJI_GROUPS;
  const labels = Int32Array.from({ length: count }, (_, i) => i % classNames.length);
  const data = new Float64Array(2 * count);
  labels.forEach((label, i) => {
    const angle = (2 * Math.PI * label) / classNames.length;
    data[2 * i] = 0.7 * Math.cos(angle) + 0.6 * (random() + random() - 1);
    data[2 * i + 1] = 0.6 * Math.sin(angle) + 0.6 * (random() + random() - 1);
  });
  return {
    title: 'A small ViT learns to tell emoji apart',
    step: 400,
    epoch: 4.21,
    lastStep: 1000,
    points: { rows: count, cols: 2, data },
    extent: { x: [-1.3, 1.3], y: [-1.2, 1.2] },
    labels,
    classNames,
    outliers: Array.from({ length: outlierCount }, (_, rank) => {
      const index = (rank * 37) % count;
      const classIndex = labels[index]!;
      return {
        thumbnail: paintDisc(24, [20 * rank, 200 - 15 * rank, 120]),
        className: classNames[classIndex]!,
        classIndex,
        name: `image-${index}`,
        distanceRatio: 4.42 - 0.17 * rank,
        index,
      };
    }),
    losses: makeLosses(100, 1000),
    accuracy: 0.612,
    ...wishes,
    look: { ...listVariants(animationSchema.parse({}))[0].look, ...look },
  };
}

/** Classes on a circle, the first at the top, then clockwise. */
export function placeAnchors(names: readonly string[]): FrameAnchor[] {
  return names.map((name, classIndex) => {
    const angle = (2 * Math.PI * classIndex) / names.length;
    return { name, classIndex, x: Math.sin(angle), y: Math.cos(angle) };
  });
}

/** A loss that falls, with noise. */
export function makeLosses(rows: number, lastStep: number): LossRow[] {
  const random = seededRandom(11);
  return Array.from({ length: rows }, (_, i) => {
    const step = ((i + 1) * lastStep) / rows;
    return {
      step,
      epoch: step / 95,
      loss: 0.4 + 1.8 * Math.exp((-4 * step) / lastStep) + 0.3 * (random() - 0.5),
    };
  });
}

/** A disc on white. */
export function paintDisc(side: number, colour: readonly [number, number, number]): RgbImage {
  const data = new Uint8Array(side * side * 3).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (Math.hypot(x - side / 2, y - side / 2) < side * 0.4) data.set(colour, 3 * (y * side + x));
    }
  }
  return { width: side, height: side, data };
}

/** Pairs of lines of text whose boxes share more than half a pixel. */
export function findOverlaps(texts: readonly TextBox[]): string[] {
  const shared = (a: number, b: number, c: number, d: number): number => Math.min(b, d) - Math.max(a, c);
  return texts.flatMap((a, index) =>
    texts
      .slice(index + 1)
      .filter(
        (b) =>
          shared(a.x, a.x + a.width, b.x, b.x + b.width) > 0.5 &&
          shared(a.y, a.y + a.height, b.y, b.y + b.height) > 0.5,
      )
      .map((b) => `${a.text} / ${b.text}`),
  );
}

/** Uniform numbers 0 … 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
