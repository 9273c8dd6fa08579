/** Words for what an animation shows: its text alternative, its maps, the label of each frame. */
import { DEFAULT_LOCALE, type Language } from '../locale/index.ts';
import type { MapOptions } from '../options/index.ts';
import type { AnimatedRun, MapSummary } from './find-map.ts';

type FrameFigures = AnimatedRun['animation']['perFrame'][number];

/** What is said of a map in words. */
export type DescribedMap = Pick<MapOptions, 'projection' | 'align' | 'scaling' | 'reflection'> & {
  readonly title?: string | undefined;
};

/** Words by projection: a title, what such a map is, and the text alternative's first sentence. */
const MAP_WORDS = {
  'per-checkpoint': { title: 'mapPerCheckpoint', about: 'mapPerCheckpointAbout', alt: 'altMap' },
  pooled: { title: 'mapPooled', about: 'mapPooledAbout', alt: 'altMapPooled' },
  last: { title: 'mapLast', about: 'mapLastAbout', alt: 'altMapLast' },
  classes: { title: 'mapClasses', about: 'mapClassesAbout', alt: 'altMapClasses' },
} as const;

const ALIGNMENT_WORDS = {
  last: 'alignLast',
  generalized: 'alignGeneralized',
  first: 'alignFirst',
  previous: 'alignPrevious',
  none: 'alignNone',
} as const;

/** One frame in a line: `Step 120 · epoch 1.2 · accuracy 45.1%`. Figures that the run lacks are left out. */
export function labelFrame({ step, epoch, accuracy }: FrameFigures, language: Language): string {
  const parts = [language.say('step', { step })];
  if (epoch !== undefined) {
    parts.push(language.say('epoch', { epoch: language.formatFixed(epoch, epoch < 10 ? 2 : 1) }));
  }
  if (accuracy !== undefined) {
    parts.push(language.say('accuracy', { share: language.formatShare(accuracy) }));
  }
  return parts.join(' · ');
}

/** A map's title: the author's, else what it is. */
export function titleMap({ title, projection }: DescribedMap, { say }: Language): string {
  return title ?? say(MAP_WORDS[projection].title);
}

/** What a map is, in a sentence. */
export function describeMap({ projection }: DescribedMap, { say }: Language): string {
  return say(MAP_WORDS[projection].about);
}

/**
 * How a map's frames were laid onto each other: `laid onto the last frame, without scaling`; `undefined` where axes or
 * anchors that all frames share leave nothing to align.
 */
export function describeAlignment(
  { projection, align, scaling, reflection }: DescribedMap,
  { say }: Language,
): string | undefined {
  if (align === 'none') return projection === 'per-checkpoint' ? say('alignNone') : undefined;
  const parts = [
    say(ALIGNMENT_WORDS[align]),
    ...(scaling ? [] : [say('withoutScaling')]),
    ...(reflection ? [] : [say('withoutReflection')]),
  ];
  return parts.join(say('listComma'));
}

/** What a reader who can't see the animation of a map is told about it, from the run's own figures. */
export function describeAnimation(
  run: AnimatedRun,
  { projection, perFrame: mapped }: Pick<MapSummary, 'projection' | 'perFrame'>,
  language: Language,
): string {
  const { perFrame, frames } = run.animation;
  const first = perFrame.at(0);
  const last = perFrame.at(-1);
  if (first === undefined || last === undefined) return run.title; // an animation has a frame
  const { say, formatShare } = language;
  const sentences = [
    say(MAP_WORDS[projection].alt, {
      images: say('imageCount', { count: run.images }),
      classes: say('classCount', { count: run.classNames.length }),
      checkpoints: say('checkpointCount', { count: frames }),
      first: first.step,
      last: last.step,
    }),
  ];
  if (first.accuracy !== undefined && last.accuracy !== undefined) {
    sentences.push(
      say('altAccuracy', { first: formatShare(first.accuracy), last: formatShare(last.accuracy) }),
    );
  }
  const shares = [mapped.at(0), mapped.at(-1)].map(sumShares);
  if (shares[0] !== undefined && shares[1] !== undefined) {
    sentences.push(say('altVariance', { first: formatShare(shares[0]), last: formatShare(shares[1]) }));
  }
  sentences.push(say('altAside'));
  return language.joinSentences(sentences);
}

/** The language of a figure, as attributes: only where it is another than the page's, as far as that is known. */
export function languageAttributes(
  { locale, direction }: Language,
  pageLocale: string | undefined,
): { readonly lang?: string; readonly dir?: 'ltr' | 'rtl' } {
  const around = pageLocale ?? DEFAULT_LOCALE;
  if (primaryOf(around) === primaryOf(locale)) return {};
  return { lang: locale, dir: direction };
}

function primaryOf(locale: string): string {
  return locale.toLowerCase().split(/[-_]/, 1)[0]!;
}

/** Share of a frame's variance on both axes of its map; `undefined` for a map without axes. */
export function sumShares(figures: MapSummary['perFrame'][number] | undefined): number | undefined {
  const shares = figures?.explainedVariance;
  return shares && shares[0] + shares[1];
}
