/**
 * Where hooks and loaders of one process find each other. Astro loads them as separate module instances; a registered
 * symbol on `globalThis` is what they share.
 */
import type { Engine } from '../engine/index.ts';

/** Names under which Astro knows the loaders, for `refreshContent`. */
export const RUNS_LOADER = 'astro-embedding-animation/runs';
export const CHECKPOINTS_LOADER = 'astro-embedding-animation/checkpoints';

const ENGINE = Symbol.for('astro-embedding-animation.engine');

type EngineHolder = typeof globalThis & { [ENGINE]?: Engine };

/** Puts the engine of this process where loaders and pages find it. */
export function holdEngine(engine: Engine): Engine {
  (globalThis as EngineHolder)[ENGINE] = engine; // the type of globalThis is closed; the key is ours alone
  return engine;
}

/** The engine that the integration's hook made, or `undefined` where the integration is not installed. */
export function findEngine(): Engine | undefined {
  return (globalThis as EngineHolder)[ENGINE];
}
