/** All readers that are fuzzed. */
import type { FuzzTarget } from '../target.ts';
import { datasetTargets } from './datasets.ts';
import { faultyTargets } from './faulty.ts';
import { fileTargets } from './files.ts';
import { modelTargets } from './models.ts';
import { resultTargets } from './results.ts';

export const targets: readonly FuzzTarget[] = [
  ...fileTargets,
  ...modelTargets,
  ...datasetTargets,
  ...resultTargets,
  ...faultyTargets,
];
