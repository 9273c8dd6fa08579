import { ANALYSIS_VERSION } from '../analysis/index.ts';
import { MANIFEST_VERSION } from '../artifacts/manifest.ts';
import { EMBEDDING_VERSION } from '../embedding/index.ts';
import { RENDERING_VERSION } from '../rendering/index.ts';

/** The versions that decide what checkpoints and images say, whatever it is drawn like. */
export const resultVersions = { embedding: EMBEDDING_VERSION, analysis: ANALYSIS_VERSION } as const;

/** Raised by a room when the same input gives another output; part of every cache key. */
export const stageVersions = {
  ...resultVersions,
  rendering: RENDERING_VERSION,
  manifest: String(MANIFEST_VERSION),
} as const;
