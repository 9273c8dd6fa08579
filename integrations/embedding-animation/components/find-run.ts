/** How pages find a run: `getRun` of the virtual module, and what the component shows in its place. */
import type { RunSummary } from '../artifacts/summary.ts';
import { makeError } from '../errors.ts';
import { DEFAULT_LOCALE } from '../locale/index.ts';
import { slugOf } from '../run-ids.ts';
import type { FailureText } from '../engine/index.ts';

/** Failures by run id. A build has none: it ends with them. */
export type Failures = Readonly<Record<string, FailureText>>;

/** A run as the component shows it. */
export interface ShownRun {
  readonly run: RunSummary;
  /** Why the run is not shown as its folder is now; in `astro dev` only. */
  readonly failure: FailureText | undefined;
}

/**
 * The run with this id.
 * @throws EmbeddingAnimationError `RunUnknown` that lists the known runs; `RunsFailed` for one that can't be read
 */
export function findRun(runs: readonly RunSummary[], id: string, failures: Failures = {}): RunSummary {
  const run = runs.find((candidate) => candidate.id === id.normalize());
  if (run !== undefined) return run;
  const failure = failures[id.normalize()];
  if (failure !== undefined) throw makeError('RunsFailed', 'unread', failure);
  // MDX keeps the message of an error and nothing else.
  const known = runs.map((candidate) => `"${candidate.id}"`).join(', ');
  throw makeError('RunUnknown', 'noSuchRun', { known }, { run: id });
}

/**
 * The run with this id, with what is wrong with it; one that could not be read yet has its id for a title.
 * @throws EmbeddingAnimationError `RunUnknown` that lists the known runs
 */
export function showRun(runs: readonly RunSummary[], id: string, failures: Failures): ShownRun {
  const normalized = id.normalize();
  const failure = failures[normalized];
  const isUnread = failure !== undefined && !runs.some((candidate) => candidate.id === normalized);
  return { run: isUnread ? unreadRun(normalized) : findRun(runs, id), failure };
}

function unreadRun(id: string): RunSummary {
  return {
    ...{ id, slug: slugOf(id), title: id, language: { locale: DEFAULT_LOCALE } },
    ...{ modelType: '', hiddenSize: 0, parameters: 0, images: 0 },
    ...{ classNames: [], classColours: [], classMarkers: [], markerPaths: {} },
    training: { steps: [], lastStep: 0, classes: 0, losses: {}, accuracies: [] },
  };
}
