/**
 * The ids of the site's runs, as types. The integration declares each run in `RunIds`, so that
 * `<EmbeddingAnimation run="typo" />` is a type error; where no run is known yet, any text is an id.
 */

/** Filled in by the site's generated types, one key a run: `interface RunIds { emoji: true }`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an interface, so that sites can add to it
export interface RunIds {}

/** The id of a run: the name of its folder below the runs folder. */
export type RunId = [keyof RunIds] extends [never] ? string : Extract<keyof RunIds, string>;

/**
 * What `getRun` takes: an id that is written down must be a run's, one that is known only when pages are built may be
 * any text. `getRun('typo')` is a type error, `getRun(Astro.params.run)` is not.
 */
export type WrittenRunId<Id extends string> = string extends Id ? Id : RunId;
