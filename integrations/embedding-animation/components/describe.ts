/** Words for what an animation shows: its text alternative, the label of each frame. */
import type { RunSummary } from '../artifacts/summary.ts';
import { DEFAULT_LOCALE, type Language } from '../locale/index.ts';

type Animation = NonNullable<RunSummary['animation']>;
type FrameFigures = Animation['perFrame'][number];

/** One frame in a line: `Step 120 · epoch 1.2 · accuracy 45.1%`. Figures that the run lacks are left out. */
export function labelFrame({ step, epoch, accuracy }: FrameFigures, language: Language): string {
  const parts = [language.say('step', { step })];
  if (epoch !== undefined) {
    parts.push(language.say('epoch', { epoch: language.formatNumber(epoch, epoch < 10 ? 2 : 1) }));
  }
  if (accuracy !== undefined) {
    parts.push(language.say('accuracy', { share: language.formatShare(accuracy) }));
  }
  return parts.join(' · ');
}

/** What a reader who can't see the animation is told about it, from the run's own figures. */
export function describeAnimation(run: RunSummary, animation: Animation, language: Language): string {
  const first = animation.perFrame.at(0);
  const last = animation.perFrame.at(-1);
  if (first === undefined || last === undefined) return run.title; // an animation has a frame
  const { say, formatShare } = language;
  const sentences = [
    say('altMap', {
      images: say('imageCount', { count: run.images }),
      classes: say('classCount', { count: run.classNames.length }),
      checkpoints: say('checkpointCount', { count: animation.frames }),
      first: first.step,
      last: last.step,
    }),
  ];
  if (first.accuracy !== undefined && last.accuracy !== undefined) {
    sentences.push(
      say('altAccuracy', { first: formatShare(first.accuracy), last: formatShare(last.accuracy) }),
    );
  }
  sentences.push(
    say('altVariance', { first: formatShare(sumShares(first)), last: formatShare(sumShares(last)) }),
    say('altAside'),
  );
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

function sumShares({ explainedVariance: [x, y] }: FrameFigures): number {
  return x + y;
}
