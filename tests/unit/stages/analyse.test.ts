import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as analysis from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Checkpoint } from '../../../integrations/embedding-animation/contracts.ts';
import type { Projection } from '../../../integrations/embedding-animation/options/index.ts';
import {
  analyseCheckpoints,
  type AnalysedCheckpoint,
} from '../../../integrations/embedding-animation/stages/analyse.ts';
import { fitProjections } from '../../../integrations/embedding-animation/stages/fit-projections.ts';
import { randomEmbeddings } from '../../helpers/analysis.ts';
import { openContext } from '../../helpers/embed-run.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

vi.mock('../../../integrations/embedding-animation/analysis/index.ts', { spy: true });

const CHECKPOINTS = 3;
const IMAGES = 40;
const WIDTH = 12;

/** How often something was done. */
interface Counts {
  /** Searches for neighbours: outlier scores follow from them. */
  searched: number;
  /** Maps of a checkpoint's own axes. */
  fitted: number;
  /** Scatter matrices for pooled axes. */
  pooled: number;
  /** Maps on shared axes. */
  projected: number;
  /** Calls that measured maps. */
  measured: number;
  /** Embeddings that were read. */
  loaded: number;
}

const NOTHING = { searched: 0, fitted: 0, pooled: 0, projected: 0, measured: 0, loaded: 0 } as const;
const OWN = { ...NOTHING, searched: CHECKPOINTS, fitted: CHECKPOINTS, measured: CHECKPOINTS };

/** How a run is analysed; what is left out is as ever. */
interface Wishes {
  readonly k?: number;
  readonly projections?: readonly Projection[];
  /** @default CHECKPOINTS */
  readonly checkpoints?: number;
  readonly threads?: number;
}

let folder = '';
let loaded = 0;

/** Analyses the same checkpoints as ever with what is in the cache. */
async function analyse({
  k,
  projections = ['per-checkpoint'],
  checkpoints = CHECKPOINTS,
  threads = 2,
}: Wishes = {}): Promise<{ analysed: AnalysedCheckpoint[]; counts: Counts; lines: string[] }> {
  vi.clearAllMocks();
  loaded = 0;
  const embedded = Array.from({ length: checkpoints }, (_, step) => ({
    checkpoint: { step, embeddingWidth: WIDTH } as Checkpoint, // what the analysis reads of it
    key: `embeddings-${step}`,
    load: () => {
      loaded++;
      return Promise.resolve(randomEmbeddings(IMAGES, WIDTH, { seed: step + 1 }));
    },
  }));
  const items = Array.from({ length: IMAGES }, (_, index) => ({ name: `${index}`, label: index % 3 }));
  const { lines, ...context } = openContext(folder);
  const source = { id: 'tiny', file: { k }, dataset: { items } };
  const fit = fitProjections(projections, { embedded }, context.cache);
  const { analysed } = await analyseCheckpoints(source, embedded, fit, { ...context, threads });
  const callsOf = (name: 'findNeighbours' | 'fitPca' | 'measureScatter' | 'projectOnAxes' | 'measureMaps') =>
    vi.mocked(analysis[name]).mock.calls.length;
  const counts = {
    searched: callsOf('findNeighbours'),
    fitted: callsOf('fitPca'),
    pooled: callsOf('measureScatter'),
    projected: callsOf('projectOnAxes'),
    measured: callsOf('measureMaps'),
    loaded,
  };
  return { analysed, counts, lines };
}

function entriesOf(kind: string): Promise<string[]> {
  const cache = join(folder, 'cache', kind);
  return readdir(cache).then((names) => names.sort().map((name) => join(cache, name)));
}

function forget(kind: string): Promise<void> {
  return rm(join(folder, 'cache', kind), { recursive: true });
}

beforeEach(async () => {
  folder = await makeTemporaryFolder();
});

describe('analyseCheckpoints', () => {
  it('makes all results of a checkpoint from one copy of its embeddings, and finds them again', async () => {
    const first = await analyse();
    expect(first.counts).toEqual({ ...OWN, loaded: CHECKPOINTS });
    const second = await analyse();
    expect(second.counts).toEqual(NOTHING);
    expect(second.analysed).toEqual(first.analysed);
  });

  it('scores no outlier again where only maps are missing', async () => {
    const { analysed } = await analyse();
    await forget('maps');
    const again = await analyse();
    expect(again.counts).toEqual({ ...NOTHING, fitted: CHECKPOINTS, loaded: CHECKPOINTS });
    expect(again.analysed).toEqual(analysed);
  });

  it('fits no map again where only scores are missing, as with another k', async () => {
    const { analysed } = await analyse();
    const [map] = await entriesOf('maps');
    await forget('outlier-scores');
    const again = await analyse();
    expect(again.counts).toEqual({ ...NOTHING, searched: CHECKPOINTS, loaded: CHECKPOINTS });
    expect(again.analysed).toEqual(analysed);
    const other = await analyse({ k: 3 });
    expect(other.counts).toEqual({ ...NOTHING, searched: CHECKPOINTS, loaded: CHECKPOINTS });
    expect((await entriesOf('maps'))[0]).toBe(map);
  });

  it.each([
    ['outlier-scores', { ...NOTHING, searched: 1, loaded: 1 }],
    ['neighbours', { ...NOTHING, searched: 1, loaded: 1 }],
    ['maps', { ...NOTHING, fitted: 1, loaded: 1 }],
    ['map-quality', { ...NOTHING, measured: 1, loaded: 1 }],
    ['displacements', { ...NOTHING, loaded: 2 }],
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

  it('adds a map on pooled axes to a finished run without a search for neighbours', async () => {
    await analyse();
    const { counts } = await analyse({ projections: ['per-checkpoint', 'pooled'] });
    const once = { pooled: CHECKPOINTS, projected: CHECKPOINTS, measured: CHECKPOINTS };
    expect(counts).toEqual({ ...NOTHING, ...once, loaded: 2 * CHECKPOINTS });
  });

  it('forms the scatter matrix of a new checkpoint alone, and projects all on the new axes', async () => {
    await analyse({ projections: ['pooled'], checkpoints: 2 });
    const { counts, analysed } = await analyse({ projections: ['pooled'] });
    expect(counts).toMatchObject({ searched: 1, pooled: 1, projected: CHECKPOINTS });
    folder = await makeTemporaryFolder();
    expect((await analyse({ projections: ['pooled'] })).analysed).toEqual(analysed);
  });

  it('gives the same bits for one thread as for three', async () => {
    const projections = ['per-checkpoint', 'pooled', 'last'] as const;
    const { analysed } = await analyse({ projections, threads: 3 });
    folder = await makeTemporaryFolder();
    expect((await analyse({ projections, threads: 1 })).analysed).toEqual(analysed);
  });

  it('says how far every image moved since the checkpoint before', async () => {
    const { analysed } = await analyse();
    const [first, second] = [1, 2].map((seed) => randomEmbeddings(IMAGES, WIDTH, { seed }).data);
    const row = 7;
    let squared = 0;
    for (let at = row * WIDTH; at < (row + 1) * WIDTH; at++) squared += (second![at]! - first![at]!) ** 2;
    expect(analysed[0]!.displacements).toBeUndefined();
    expect(analysed[1]!.displacements![row]).toBeCloseTo(Math.sqrt(squared), 6);
  });
});
