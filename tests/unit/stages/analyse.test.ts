import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as analysis from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Checkpoint } from '../../../integrations/embedding-animation/contracts.ts';
import {
  analyseCheckpoints,
  type AnalysedCheckpoint,
} from '../../../integrations/embedding-animation/stages/analyse.ts';
import { randomEmbeddings } from '../../helpers/analysis.ts';
import { openContext } from '../../helpers/embed-run.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

vi.mock('../../../integrations/embedding-animation/analysis/index.ts', { spy: true });

const CHECKPOINTS = 3;
const IMAGES = 40;

/** How often something was done. */
interface Counts {
  scored: number;
  fitted: number;
  /** Embeddings that were read. */
  loaded: number;
}

let folder = '';
let loaded = 0;

/** Analyses the same checkpoints as ever with what is in the cache. */
async function analyse(
  k?: number,
): Promise<{ analysed: AnalysedCheckpoint[]; counts: Counts; lines: string[] }> {
  vi.mocked(analysis.scoreOutliers).mockClear();
  vi.mocked(analysis.fitPca).mockClear();
  loaded = 0;
  const embedded = Array.from({ length: CHECKPOINTS }, (_, step) => ({
    checkpoint: { step } as Checkpoint, // what the analysis reads of it
    key: `embeddings-${step}`,
    load: () => {
      loaded++;
      return Promise.resolve(randomEmbeddings(IMAGES, 12, { seed: step + 1 }));
    },
  }));
  const items = Array.from({ length: IMAGES }, (_, index) => ({ name: `${index}`, label: 0 }));
  const { lines, ...context } = openContext(folder);
  const analysed = await analyseCheckpoints(
    { id: 'tiny', file: { k }, dataset: { items } },
    embedded,
    context,
  );
  const scored = vi.mocked(analysis.scoreOutliers).mock.calls.length;
  const fitted = vi.mocked(analysis.fitPca).mock.calls.length;
  return { analysed, counts: { scored, fitted, loaded }, lines };
}

function entriesOf(kind: string): Promise<string[]> {
  const cache = join(folder, 'cache', kind);
  return readdir(cache).then((names) => names.sort().map((name) => join(cache, name)));
}

beforeEach(async () => {
  folder = await makeTemporaryFolder();
});

describe('analyseCheckpoints', () => {
  it('makes all results of a checkpoint from one copy of its embeddings, and finds them again', async () => {
    const first = await analyse();
    expect(first.counts).toEqual({ scored: CHECKPOINTS, fitted: CHECKPOINTS, loaded: CHECKPOINTS });
    const second = await analyse();
    expect(second.counts).toEqual({ scored: 0, fitted: 0, loaded: 0 });
    expect(second.analysed).toEqual(first.analysed);
  });

  it('scores no outlier again where only maps are missing', async () => {
    const { analysed } = await analyse();
    await rm(join(folder, 'cache', 'maps'), { recursive: true });
    const again = await analyse();
    expect(again.counts).toEqual({ scored: 0, fitted: CHECKPOINTS, loaded: CHECKPOINTS });
    expect(again.analysed).toEqual(analysed);
  });

  it('fits no map again where only scores are missing, as with another k', async () => {
    const { analysed } = await analyse();
    const [map] = await entriesOf('maps');
    await rm(join(folder, 'cache', 'outlier-scores'), { recursive: true });
    const again = await analyse();
    expect(again.counts).toEqual({ scored: CHECKPOINTS, fitted: 0, loaded: CHECKPOINTS });
    expect(again.analysed).toEqual(analysed);
    expect((await analyse(3)).counts).toEqual({ scored: CHECKPOINTS, fitted: 0, loaded: CHECKPOINTS });
    expect((await entriesOf('maps'))[0]).toBe(map);
  });

  it.each([
    ['outlier-scores', { scored: 1, fitted: 0, loaded: 1 }],
    ['maps', { scored: 0, fitted: 1, loaded: 1 }],
  ])('makes a damaged entry of %s again, and nothing else', async (kind, counts) => {
    const { analysed } = await analyse();
    const [entry = ''] = await entriesOf(kind);
    const bytes = await readFile(entry);
    bytes[bytes.length - 5]! ^= 1;
    await writeFile(entry, bytes);
    const again = await analyse();
    expect(again.counts).toEqual(counts);
    expect(again.analysed).toEqual(analysed);
    expect(again.lines.filter((line) => line.includes('damaged'))).toHaveLength(1);
  });
});
