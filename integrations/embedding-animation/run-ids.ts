/** The ids of the site's runs: as types, and as parts of URLs. */
import { createHash } from 'node:crypto';

// --- types

/**
 * Filled in by the site's generated types, one key a run: `interface RunIds { emoji: true }`. So
 * `<EmbeddingAnimation run="typo" />` is a type error; where no run is known yet, any text is an id.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an interface, so that sites can add to it
export interface RunIds {}

/** The id of a run: the name of its folder below the runs folder. */
export type RunId = [keyof RunIds] extends [never] ? string : Extract<keyof RunIds, string>;

/**
 * What `getRun` takes: an id that is written down must be a run's, one that is known only when pages are built may be
 * any text. `getRun('typo')` is a type error, `getRun(Astro.params.run)` is not.
 */
export type WrittenRunId<Id extends string> = string extends Id ? Id : RunId;

// --- slugs

/** What every server, host and file system takes as it is. */
const PLAIN = /^[A-Za-z0-9._-]+$/;
/** Letters and digits of any script stay; all else would be encoded twice, cut off or refused somewhere. */
const REPLACED = /[^\p{L}\p{M}\p{N}._-]+/gu;
const MOST_BYTES = 100;
const HASH_DIGITS = 8;

/**
 * The part of a run's URLs that names it: its id where that is plain, or else a name made of its letters and digits,
 * with a hash of the id where something was left out, so that no two runs share one. `my run (1)` is
 * `my-run-1-5b0eac91`, `花の分類` stays. The same id always gives the same slug.
 */
export function slugOf(id: string): string {
  if (PLAIN.test(id) && !id.endsWith('.')) return id;
  const composed = id.normalize();
  const kept = cutBytes(composed.replace(REPLACED, '-')).replace(/^[-.]+|[-.]+$/g, '');
  if (kept === composed) return kept;
  const hash = createHash('sha256').update(composed).digest('hex').slice(0, HASH_DIGITS);
  return kept === '' ? `run-${hash}` : `${kept}-${hash}`;
}

/** File systems count bytes, and a hash must still fit. */
function cutBytes(name: string): string {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  let cut = '';
  for (const { segment } of graphemes.segment(name)) {
    if (Buffer.byteLength(cut + segment) > MOST_BYTES) break;
    cut += segment;
  }
  return cut;
}
