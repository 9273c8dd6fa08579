/** A run's embedding stage outside of Astro, with a cache of its own. */
import { join } from 'node:path';
import { openCache } from '../../integrations/embedding-animation/artifacts/cache.ts';
import type { RgbImage } from '../../integrations/embedding-animation/contracts.ts';
import { animationSchema } from '../../integrations/embedding-animation/options/index.ts';
import type { PipelineContext } from '../../integrations/embedding-animation/pipeline.ts';
import { openRun, type RunSource } from '../../integrations/embedding-animation/run-source.ts';

/** Lines that a stage has logged. */
export interface TestContext extends PipelineContext {
  readonly lines: string[];
}

/** A context that keeps its cache in `folder` and writes nothing to a terminal. */
export function openContext(folder: string): TestContext {
  const lines: string[] = [];
  const logger = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
  return {
    lines,
    cache: openCache(join(folder, 'cache'), logger),
    progress: { logger, now: () => 0, terminal: undefined },
    threads: 2,
    outputFolder: join(folder, 'rendered'),
  };
}

/** The run in `folder`, and how many images it has decoded so far. */
export async function openCountedRun(
  folder: string,
): Promise<{ readonly source: RunSource; readonly decoded: () => number }> {
  const look = animationSchema.parse({});
  const source = await openRun({ id: 'tiny', folder, projectRoot: folder, look });
  let count = 0;
  const decode = (index: number): Promise<RgbImage> => {
    count++;
    return source.dataset.decode(index);
  };
  return { source: { ...source, dataset: { ...source.dataset, decode } }, decoded: () => count };
}
