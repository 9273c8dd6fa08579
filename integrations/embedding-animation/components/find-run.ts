import type { RunSummary } from '../artifacts/summary.ts';
import { EmbeddingAnimationError } from '../errors.ts';

/**
 * The run with this id.
 * @throws EmbeddingAnimationError `RunUnknown` that lists the known runs
 */
export function findRun(runs: readonly RunSummary[], id: string): RunSummary {
  const run = runs.find((candidate) => candidate.id === id.normalize());
  if (run !== undefined) return run;
  const known = runs.map((candidate) => `"${candidate.id}"`).join(', ');
  throw new EmbeddingAnimationError('RunUnknown', {
    run: id,
    problem: 'there is no such run',
    hint: known === '' ? 'The runs folder holds no run.' : `These runs are there: ${known}.`,
  });
}
