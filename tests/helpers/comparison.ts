/** Comparisons of maps, made up of their figures. */
import type { ComparedMap, MapComparison } from '../../integrations/embedding-animation/contracts.ts';
import { completeMap } from '../../integrations/embedding-animation/options/index.ts';

/** Figures of a map; what is not given the map does not have. */
export interface ComparedFixture {
  readonly pearson?: number;
  readonly stress?: number;
  /** One a frame, as of hits. */
  readonly trust?: readonly number[];
  readonly hits?: readonly number[];
}

/** A map with these figures. */
export function compared(
  options: Parameters<typeof completeMap>[0],
  { pearson, stress, trust = [], hits = [] }: ComparedFixture,
): ComparedMap {
  const count = Math.max(1, trust.length, hits.length);
  return {
    options: completeMap(options),
    figures: { temporalPearson: pearson, temporalStress: stress },
    frames: Array.from({ length: count }, (_, at) => ({
      ...{ disparity: 0, reflected: false, trustworthiness: trust[at], neighbourhoodHit: hits[at] },
    })),
  };
}

/** About what the emoji run of the article has. */
export const SHIPPED: MapComparison = {
  maps: [
    compared(
      { projection: 'per-checkpoint' },
      { pearson: 0.43, stress: 0.41, trust: trustOf(0.81), hits: hitsOf(0.36) },
    ),
    compared(
      { projection: 'per-checkpoint', name: 'without-scaling', scaling: false },
      { pearson: 0.5, stress: 0.38, trust: trustOf(0.81), hits: hitsOf(0.36) },
    ),
    compared(
      { projection: 'pooled' },
      { pearson: 0.77, stress: 0.2, trust: trustOf(0.76), hits: hitsOf(0.37) },
    ),
    compared(
      { projection: 'last', name: 'last-axes' },
      { pearson: 0.72, stress: 0.22, trust: trustOf(0.72), hits: hitsOf(0.36) },
    ),
    compared(
      { projection: 'classes' },
      { pearson: 0.59, stress: 0.3, trust: trustOf(0.78), hits: hitsOf(0.42) },
    ),
  ],
  embeddingHits: hitsOf(0.57),
};

function trustOf(value: number): number[] {
  return Array.from({ length: 24 }, () => value);
}

function hitsOf(last: number): number[] {
  return Array.from({ length: 24 }, (_, at) => (last * (at + 1)) / 24);
}
