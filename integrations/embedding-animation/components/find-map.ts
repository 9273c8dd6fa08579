/** Which of a run's maps a component shows. */
import type { RunSummary } from '../artifacts/summary.ts';
import { makeError } from '../errors.ts';

type Animation = NonNullable<RunSummary['animation']>;

/** A map of a run, with its figures and the addresses of its pictures. */
export type MapSummary = Animation['maps'][number];

/** A run whose pictures are there. */
export type AnimatedRun = RunSummary & { readonly animation: Animation };

/**
 * Most maps that a switch offers: style sheets pair its choices with pictures by position, one rule a pair. Others are
 * shown where they are named.
 */
export const MAPS_OFFERED = 12;

/**
 * The map of this name; without a name the first.
 * @throws EmbeddingAnimationError `MapUnknown` that lists the run's maps
 */
export function findMap({ id, animation: { maps } }: AnimatedRun, name: string | undefined): MapSummary {
  if (name === undefined) return maps[0]!; // the schema asks for one
  const map = maps.find((candidate) => candidate.name === name);
  if (map !== undefined) return map;
  // MDX keeps the message of an error and nothing else.
  const known = maps.map((candidate) => `"${candidate.name}"`).join(', ');
  throw makeError('MapUnknown', 'noSuchMap', { name, known }, { run: id });
}

/**
 * The maps that are shown, the first of them first: all of the run, the one that is named, or those of a list.
 * @throws EmbeddingAnimationError `MapUnknown`
 */
export function chooseMaps(
  run: AnimatedRun,
  asked: string | readonly string[] | undefined,
): readonly [MapSummary, ...MapSummary[]] {
  const named = typeof asked === 'string' ? [asked] : asked;
  const names = [...new Set(named ?? run.animation.maps.map(({ name }) => name))].slice(0, MAPS_OFFERED);
  const [first, ...others] = names.map((name) => findMap(run, name));
  if (first === undefined) throw makeError('MapUnknown', 'noneNamed', undefined, { run: run.id });
  return [first, ...others];
}

/** Whether pictures of the run are there. */
export function isAnimated(run: RunSummary): run is AnimatedRun {
  return run.animation !== undefined;
}
