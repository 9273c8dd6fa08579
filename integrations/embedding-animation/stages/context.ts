/** What all stages share: what they work with, and the versions that are part of their keys. */
import { ANALYSIS_VERSION } from '../analysis/index.ts';
import type { Cache } from '../artifacts/cache.ts';
import type { FileDigests } from '../artifacts/file-digests.ts';
import { MANIFEST_VERSION } from '../artifacts/manifest.ts';
import { EMBEDDING_VERSION } from '../embedding/index.ts';
import type { Device } from '../options/index.ts';
import type { ProgressEnvironment } from '../progress.ts';
import { RENDERING_VERSION } from '../rendering/index.ts';

/** What the stages work with. */
export interface PipelineContext {
  readonly cache: Cache;
  readonly progress: ProgressEnvironment;
  /** Most worker threads. */
  readonly threads: number;
  /** What embeds. @default 'cpu' */
  readonly device?: Device | undefined;
  /** Receives `<run>/<key>/` with the finished files. */
  readonly outputFolder: string;
}

/** What a run is rendered with. */
export interface RenderContext extends PipelineContext {
  /** Of finished files: those that have not changed are not read again. */
  readonly digests: FileDigests;
}

/** The versions that decide what checkpoints and images say, whatever it is drawn like. */
export const resultVersions = { embedding: EMBEDDING_VERSION, analysis: ANALYSIS_VERSION } as const;

/** Raised by a room when the same input gives another output; published, and part of every cache key. */
export const stageVersions = {
  ...resultVersions,
  rendering: RENDERING_VERSION,
  manifest: String(MANIFEST_VERSION),
} as const;
