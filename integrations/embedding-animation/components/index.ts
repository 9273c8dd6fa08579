/** Components for Astro pages: `import { EmbeddingAnimation } from 'astro-embedding-animation/components'`. */
import Component from './EmbeddingAnimation.astro';
import type { EmbeddingAnimationProps } from './props.ts';

export type { EmbeddingAnimationProps };

/**
 * The animation of one run, with its controls and its caption; a slot `caption` takes the place of the run's
 * description. Typed here, because a `.astro` file has types in editors and `astro check` only.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what Astro's tools take for an element
export const EmbeddingAnimation: (props: EmbeddingAnimationProps) => any = Component;
