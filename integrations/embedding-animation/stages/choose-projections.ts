/** Which projections the maps of a run need, and which of them the run can have. */
import type { Notice } from '../contracts.ts';
import { makeError, type ErrorPlace } from '../errors.ts';
import { makeNotice } from '../notices.ts';
import type { MapOptions, Projection } from '../options/index.ts';

/** What a run can have. */
export interface ProjectionChoice {
  /** Each once, in the order in which maps name them. */
  readonly projections: readonly Projection[];
  /** What is left out, and why. */
  readonly notices: readonly Notice[];
}

/** Why a run can not have a projection, as the end of a sentence that begins with "since". */
export type ReasonsAgainst = Readonly<Partial<Record<Projection, string | undefined>>>;

/**
 * Chooses the projections of a run's maps.
 * @param wanted the run's maps, the one that is shown first
 * @param compared maps that are only compared: one that can't be made is left out in silence
 * @throws EmbeddingAnimationError `OptionsInvalid` where none of the maps can be made
 */
export function chooseProjections(
  wanted: readonly MapOptions[],
  compared: readonly MapOptions[],
  reasonsAgainst: ReasonsAgainst,
  place: ErrorPlace,
): ProjectionChoice {
  const isPossible = ({ projection }: MapOptions) => reasonsAgainst[projection] === undefined;
  const missing = wanted.filter((map) => !isPossible(map));
  const byReason = Map.groupBy(missing, ({ projection }) => reasonsAgainst[projection]!); // missing for a reason
  if (missing.length === wanted.length)
    throw makeError('OptionsInvalid', 'noMapLeft', { reasons: [...byReason.keys()].join('; ') }, place);
  const possible = [...wanted, ...compared].filter(isPossible);
  return {
    projections: [...new Set(possible.map(({ projection }) => projection))],
    notices: Array.from(byReason, ([reason, maps]) =>
      makeNotice(
        'MapsLeftOut',
        maps.map(({ name }) => name),
        { reason },
      ),
    ),
  };
}
