/** What is to be known of a run and its results: warnings before anything heavy happens, and notices that are kept. */
import type { Logger, Notice, RunMap } from '../contracts.ts';
import { MIRROR_TOSS_UP } from '../frame-figures.ts';
import { findUntranslated } from '../locale/index.ts';
import { describeNotice, levelOf, makeNotice } from '../notices.ts';
import { classStyles, countLookalikes } from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import { listVariants } from '../variants.ts';
import type { AnalysedCheckpoint } from './analyse.ts';
import type { ModelCaveats } from './embedding-jobs.ts';

/** Most characters that a warning names. */
const CHARACTERS_NAMED = 20;

/** Says what is drawn as boxes, and what is said in English. */
export function warnOfLanguage(
  { id, fonts, language }: Pick<RunSource, 'id' | 'fonts' | 'language'>,
  logger: Logger,
): void {
  const { missing, advice } = fonts;
  if (missing.length > 0) {
    const shown = missing.slice(0, CHARACTERS_NAMED).join(' ');
    const more = missing.length > CHARACTERS_NAMED ? ` and ${missing.length - CHARACTERS_NAMED} more` : '';
    const way =
      advice.length > 0
        ? `Install a font: npm install ${advice.join(' ')}`
        : 'Install a font that has them, and name it in the option "fonts".';
    logger.warn(`${id}: no font has ${shown}${more}, drawn as boxes. ${way}`);
  }
  const untranslated = findUntranslated(language);
  if (untranslated.length > 0) {
    logger.warn(
      `${id}: said in English, since "${language.locale}" has no words for it: ${untranslated.join(', ')}. ` +
        'Give them in the option "words".',
    );
  }
}

/** Warns where classes look alike on the map: colours and markers are used up some time. */
export function warnOfLookalikes(
  { id, dataset, look }: Pick<RunSource, 'id' | 'dataset' | 'look'>,
  logger: Logger,
): void {
  const { classNames } = dataset;
  const counts = listVariants(look).map((variant) => countLookalikes(classStyles(classNames, variant.look)));
  const alike = Math.max(...counts);
  if (alike === 0) return;
  logger.warn(
    `${id}: ${alike} of ${classNames.length} classes look like another class on the map; give "palette" more colours, or choose "classes".`,
  );
}

/** Says notices of the run `id`, each at its level. */
export function sayNotices(id: string, notices: readonly Notice[], logger: Logger): void {
  for (const notice of notices) logger[levelOf(notice)](`${id}: ${describeNotice(notice)}`);
}

/** Notes what of a run's models is not read, or with a reservation: one entry of `models` a checkpoint. */
export function noteModels(models: readonly ModelCaveats[]): Notice[] {
  const unread = new Set(models.flatMap((model) => model.unread));
  const sizes = new Set(models.flatMap(({ interpolatedFor }) => interpolatedFor ?? []));
  return [
    ...(unread.size === 0 ? [] : [makeNotice('TensorsNotRead', [...unread].sort(), {})]),
    ...(sizes.size === 0 ? [] : [makeNotice('PositionsInterpolated', [], { made: [...sizes].join(', ') })]),
  ];
}

/** Notes checkpoints whose embeddings are those of the one before them: their distances are the same to the last bit. */
export function noteIdenticalFrames(analysed: readonly AnalysedCheckpoint[]): Notice[] {
  const alike = analysed.filter(({ displacements }) => displacements?.every((moved) => moved === 0) === true);
  const items = alike.map(({ checkpoint }) => `step ${checkpoint.step}`);
  return items.length === 0 ? [] : [makeNotice('FramesIdentical', items, {})];
}

/**
 * Notes frames of aligned maps of which nobody can tell whether they had to be mirrored. The last frame keeps its orientation,
 * and points that coincide have no sides.
 */
export function noteUncertainMirrors(
  maps: readonly RunMap[],
  analysed: readonly Pick<AnalysedCheckpoint, 'checkpoint'>[],
): Notice[] {
  return maps.flatMap(({ options, frames }) => {
    const uncertain = frames.slice(0, -1).flatMap(({ mirrorGap = 1, points }, index) => {
      const isUncertain = mirrorGap < MIRROR_TOSS_UP && points.data.some((value) => value !== 0);
      return isUncertain ? [`step ${analysed[index]!.checkpoint.step}`] : [];
    });
    return uncertain.length === 0 ? [] : [makeNotice('MirrorUncertain', uncertain, { map: options.name })];
  });
}
