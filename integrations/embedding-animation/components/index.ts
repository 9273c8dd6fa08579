/**
 * Components for Astro pages:
 * `import { EmbeddingAnimation, EmbeddingQuality, MapComparison } from 'astro-embedding-animation/components'`.
 * Typed here, because a `.astro` file has types in editors and `astro check` only.
 */
import Animation from './EmbeddingAnimation.astro';
import Quality from './EmbeddingQuality.astro';
import Comparison from './MapComparison.astro';
import type { EmbeddingAnimationProps, EmbeddingQualityProps, MapComparisonProps } from './props.ts';

export type { EmbeddingAnimationProps, EmbeddingQualityProps, MapComparisonProps };

/* eslint-disable @typescript-eslint/no-explicit-any -- what Astro's tools take for an element */

/**
 * The animation of one run, with its controls and its caption, and a switch where it has several maps; a slot `caption`
 * takes the place of the run's description.
 */
export const EmbeddingAnimation: (props: EmbeddingAnimationProps) => any = Animation;

/** How far one map of a run can be trusted: a sentence a figure. */
export const EmbeddingQuality: (props: EmbeddingQualityProps) => any = Quality;

/** The maps that a run could have as a table, and which is best for what. Its run.yaml says `compareMaps: true`. */
export const MapComparison: (props: MapComparisonProps) => any = Comparison;
