import { ANALYSIS_VERSION } from '../analysis/index.ts';
import { MANIFEST_VERSION } from '../artifacts/manifest.ts';
import { EMBEDDING_VERSION } from '../embedding/index.ts';
import { RENDERING_VERSION } from '../rendering/index.ts';

/** Raised by a room when the same input gives another output; part of every cache key. */
export const stageVersions = {
  embedding: EMBEDDING_VERSION,
  analysis: ANALYSIS_VERSION,
  rendering: RENDERING_VERSION,
  manifest: String(MANIFEST_VERSION),
} as const;
