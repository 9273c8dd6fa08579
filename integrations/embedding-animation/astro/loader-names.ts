/** Names under which Astro knows the loaders, for `refreshContent`. */
export const RUNS_LOADER = 'astro-embedding-animation/runs';
export const CHECKPOINTS_LOADER = 'astro-embedding-animation/checkpoints';
