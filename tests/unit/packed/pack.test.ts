import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RunResults } from '../../../integrations/embedding-animation/contracts.ts';
import { roundPublished } from '../../../integrations/embedding-animation/frame-figures.ts';
import { completeRunFile, runFileSchema } from '../../../integrations/embedding-animation/options/index.ts';
import {
  BYTES_PER_POINT_AND_FRAME,
  findChangedOption,
  PACK_FILES,
  PACK_FOLDER,
  packResults,
  readPack,
  readPackDescription,
  writePack,
  type PackedFiles,
} from '../../../integrations/embedding-animation/packed/index.ts';
import { largestDifference } from '../../helpers/analysis.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { drawImage, makeResults } from '../../helpers/packed.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const SMALL = { images: 40, frames: 3 };

async function packInto(folder: string, fixture = SMALL): Promise<RunResults> {
  const { origin, results } = makeResults(fixture);
  await writePack(join(folder, PACK_FOLDER), await packResults(origin, results));
  return results;
}

async function editDescription(
  folder: string,
  edit: (description: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const file = join(folder, PACK_FOLDER, PACK_FILES.description);
  const description = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify(edit(description)));
}

function sizeOf(files: PackedFiles): number {
  return Object.values(files).reduce((sum, { length }) => sum + length, 0);
}

function spanOf(values: Float64Array, column: number): number {
  const own = values.filter((_, at) => at % 2 === column);
  return Math.max(...own) - Math.min(...own);
}

describe('a pack', () => {
  it('takes at most 8 bytes for each point of each frame of each map', async () => {
    const { origin, results } = makeResults({ images: 2000, frames: 12 });
    const files = await packResults(origin, results);
    expect(sizeOf(files) / (2000 * 12 * results.maps.length)).toBeLessThanOrEqual(BYTES_PER_POINT_AND_FRAME);
  });

  it('says nothing of where the base of adapters lies', async () => {
    const { origin, results } = makeResults(SMALL);
    const checkpoints = origin.trainer.checkpoints.map((checkpoint) => ({
      ...checkpoint,
      form: 'adapter' as const,
      base: '/home/somebody/base',
      pooling: 'patches' as const,
    }));
    const files = await packResults({ ...origin, trainer: { ...origin.trainer, checkpoints } }, results);
    expect(Object.values(files).some((bytes) => Buffer.from(bytes).includes('somebody'))).toBe(false);
  });

  it('gives coordinates and scores back to half a step, and figures as they were', async () => {
    const folder = await makeTemporaryFolder();
    const { frames, maps, outlierSettings } = await packInto(folder);
    const read = await readPack('tiny', folder);
    expect(read.results.outlierSettings).toEqual(outlierSettings);
    for (const [index, frame] of frames.entries()) {
      const { scores, outliers, ...figures } = read.results.frames[index]!;
      expect(largestDifference(scores, frame.scores)).toBeLessThanOrEqual(1 / 131_070);
      expect(outliers).toEqual(
        frame.outliers.map(({ index: image, ...numbers }) => ({
          index: image,
          score: roundPublished(numbers.score),
          distanceRatio: roundPublished(numbers.distanceRatio),
        })),
      );
      expect(frame).toMatchObject(figures);
    }
    for (const [at, map] of maps.entries()) {
      for (const [index, frame] of map.frames.entries()) {
        const { points, ...others } = read.results.maps[at]!.frames[index]!;
        const span = Math.max(spanOf(frame.points.data, 0), spanOf(frame.points.data, 1));
        expect(largestDifference(points.data, frame.points.data)).toBeLessThanOrEqual(
          (span / 131_070) * 1.000001,
        );
        expect(frame).toMatchObject(others);
      }
    }
  });

  it('has how each map was made, what is told of it, and where its classes are', async () => {
    const folder = await makeTemporaryFolder();
    const { maps } = await packInto(folder);
    const { results } = await readPack('tiny', folder);
    const describeMap = ({ options, figures, anchors }: RunResults['maps'][number]) => ({
      ...{ options, figures, anchors },
    });
    expect(results.maps.map(describeMap)).toEqual(maps.map(describeMap));
  });

  it('has the figures of maps that were compared', async () => {
    const folder = await makeTemporaryFolder();
    const { origin, results } = makeResults(SMALL);
    const comparison = {
      embeddingHits: [0.5, 0.6, 0.7],
      maps: results.maps.map(({ options, figures, frames }) => ({
        ...{ options, figures },
        frames: frames.map(({ points, trueNeighbours, ...frame }) => frame),
      })),
    };
    await writePack(join(folder, PACK_FOLDER), await packResults(origin, { ...results, comparison }));
    const read = await readPack('tiny', folder);
    expect(read.results.comparison).toEqual(comparison);
  });

  it('is read where it was made before there were several maps', async () => {
    const folder = await makeTemporaryFolder();
    const { origin, results } = makeResults(SMALL);
    const [map] = results.maps;
    const frames = map.frames.map(({ trueNeighbours, ...frame }) => frame);
    const one = { ...results, maps: [{ ...map, frames }] } as const;
    await writePack(join(folder, PACK_FOLDER), await packResults(origin, one));
    await editDescription(folder, ({ maps, ...pack }) => ({
      ...pack,
      frames: (pack['frames'] as { outliers: number[][] }[]).map((frame, index) => {
        const { points, trustworthiness, mirrorGap, ...figures } = frames[index]!;
        return { ...frame, ...figures, outliers: frame.outliers.map((outlier) => outlier.slice(0, 2)) };
      }),
    }));
    const read = await readPack('tiny', folder);
    expect(read.results.maps).toHaveLength(1);
    expect(read.results.maps[0].options).toEqual(map.options);
    expect(read.results.maps[0].frames[1]).toMatchObject({ disparity: frames[1]!.disparity });
    const [outlier] = read.results.frames[1]!.outliers;
    expect(outlier!.distanceRatio).toBeCloseTo(results.frames[1]!.outliers[0]!.distanceRatio, 5);
  });

  it('stands in for checkpoints, history and data set', async () => {
    const folder = await makeTemporaryFolder();
    const { frames } = await packInto(folder);
    const { origin } = makeResults(SMALL);
    const { trainer, dataset } = await readPack('tiny', folder);
    expect(trainer.losses).toEqual(
      origin.trainer.losses.map((row) => ({ ...row, epoch: Math.fround(row.epoch) })),
    );
    expect(trainer.evaluations).toEqual(origin.trainer.evaluations);
    expect(trainer.checkpoints.map(({ step, digest, form }) => [step, digest, form])).toEqual(
      origin.trainer.checkpoints.map(({ step, digest }) => [step, digest, 'packed']),
    );
    const { classNames, items, digest, source } = dataset;
    expect(origin.dataset).toMatchObject({ classNames, items, digest, source });
    expect(await dataset.decode(3)).toEqual(drawImage(3, 32));
    const leading = new Set(frames.flatMap(({ outliers }) => outliers.map(({ index }) => index)));
    const other = dataset.items.findIndex((_, index) => !leading.has(index));
    await catchError('PackInvalid', () => dataset.decode(other));
  });

  it('has the same bytes every time', async () => {
    const [first, second] = [makeResults(SMALL), makeResults(SMALL)];
    expect(await packResults(first.origin, first.results)).toEqual(
      await packResults(second.origin, second.results),
    );
  });

  it('holds nothing of the machine', async () => {
    const { origin, results } = makeResults(SMALL);
    const { description } = await packResults(origin, results);
    expect(new TextDecoder().decode(description)).not.toContain('nowhere');
  });

  it('shrinks thumbnails that would take too much', async () => {
    const folder = await makeTemporaryFolder();
    const { origin, results } = makeResults({ images: 100, frames: 3, side: 300 });
    await writePack(join(folder, PACK_FOLDER), await packResults(origin, results));
    const { dataset } = await readPack('tiny', folder);
    const { width, height } = await dataset.decode(0);
    expect(Math.max(width, height)).toBeLessThan(128);
    expect(Math.max(width, height)).toBeGreaterThanOrEqual(32);
  });

  it('replaces an older one and leaves nothing beside it', async () => {
    const folder = await makeTemporaryFolder();
    await packInto(folder);
    await packInto(folder, { images: 30, frames: 2 });
    const { pack } = await readPack('tiny', folder);
    expect(pack.dataset.images).toBe(30);
  });
});

describe('a damaged pack', () => {
  const damages: [string, string, (folder: string) => Promise<void>][] = [
    ['a description that is cut off', PACK_FILES.description, (file) => cutOff(file)],
    ['points that are cut off', PACK_FILES.points, (file) => cutOff(file)],
    ['a picture that is cut off', PACK_FILES.thumbnails, (file) => cutOff(file)],
    ['missing points', PACK_FILES.points, (file) => rm(file)],
    ['a missing picture', PACK_FILES.thumbnails, (file) => rm(file)],
    ['points with another byte', PACK_FILES.points, (file) => flipByte(file)],
    ['a picture with another byte', PACK_FILES.thumbnails, (file) => flipByte(file)],
  ];

  it.each(damages)('is refused: %s', async (_, name, damage) => {
    const folder = await makeTemporaryFolder();
    await packInto(folder);
    await damage(join(folder, PACK_FOLDER, name));
    const error = await catchError('PackInvalid', () => readPack('tiny', folder));
    expect(error.message).toContain(`packed/${name}`);
  });

  it('is refused when its points unpack to more than it describes', async () => {
    const folder = await makeTemporaryFolder();
    await packInto(folder);
    const zeros = gzipSync(new Uint8Array(1 << 20)); // members of a gzip file follow each other
    await writeFile(
      join(folder, PACK_FOLDER, PACK_FILES.points),
      Buffer.concat(Array<Buffer>(64).fill(zeros)),
    );
    const error = await catchError('PackInvalid', () => readPack('tiny', folder));
    expect(error.message).toContain('Cannot create a Buffer larger than');
  });

  it('is refused when its files are of two packs', async () => {
    const [folder, other] = [await makeTemporaryFolder(), await makeTemporaryFolder()];
    await packInto(folder);
    await packInto(other, { images: 41, frames: 3 });
    const points = await readFile(join(other, PACK_FOLDER, PACK_FILES.points));
    await writeFile(join(folder, PACK_FOLDER, PACK_FILES.points), points);
    const error = await catchError('PackInvalid', () => readPack('tiny', folder));
    expect(error.message).toContain('it is not the one that run.json names');
  });

  it.each([
    ['another version', { version: 99 }, 'version'],
    ['a key too many', { surprise: true }, 'surprise'],
    ['frames of other steps', { frames: [] }, 'frames'],
    ['a map without frames', { maps: [] }, 'maps'],
  ])('is refused: %s', async (_, change, said) => {
    const folder = await makeTemporaryFolder();
    await packInto(folder);
    await editDescription(folder, (description) => ({ ...description, ...change }));
    const error = await catchError('PackInvalid', () => readPack('tiny', folder));
    expect(error.message).toContain(said);
  });
});

describe('readPackDescription', () => {
  it('is undefined where there is no pack', async () => {
    expect(await readPackDescription(await makeTemporaryFolder())).toBeUndefined();
  });
});

describe('findChangedOption', () => {
  const { origin } = makeResults(SMALL);
  const pack = {
    options: { dataset: { ...origin.file.dataset } },
    neighbours: { k: 10, metric: 'cosine' },
    dataset: { classNames: ['cats', 'dogs', 'birds'] },
  } as const;

  it('names the key of run.yaml that has changed', () => {
    const { file } = origin;
    expect(findChangedOption(pack, file)).toBeUndefined();
    expect(findChangedOption(pack, { ...file, title: 'Another', k: 10 })).toBeUndefined();
    expect(findChangedOption(pack, { ...file, k: 5 })).toBe('k');
    const dataset = { ...file.dataset, path: 'elsewhere' } as typeof file.dataset;
    expect(findChangedOption(pack, { ...file, dataset })).toBe('dataset.path');
  });

  it('knows that a pack without "checkpoints" is of all that the Trainer wrote', () => {
    const chosen = { ...origin.file, checkpoints: ['checkpoint-0'] };
    expect(findChangedOption(pack, chosen)).toBe('checkpoints');
    const of = { ...pack, options: { ...pack.options, checkpoints: ['checkpoint-0'] } };
    expect(findChangedOption(of, chosen)).toBeUndefined();
    expect(findChangedOption(of, origin.file)).toBe('checkpoints');
  });

  it('takes an absolute path for the same wherever it starts', () => {
    const at = (path: string) => ({ ...origin.file.dataset, path }) as typeof origin.file.dataset;
    const file = { ...origin.file, dataset: at('/home/someone/images') };
    expect(findChangedOption(pack, file)).toBeUndefined();
    const before = { ...pack, options: { dataset: at('/srv/images') } };
    expect(findChangedOption(before, file)).toBeUndefined();
  });

  it('takes a text for the same in another Unicode normal form', () => {
    const at = (path: string) => ({ ...origin.file.dataset, path }) as typeof origin.file.dataset;
    const before = { ...pack, options: { dataset: at('\u00e9'), checkpoints: 'e\u0301_*' } };
    const file = { ...origin.file, dataset: at('e\u0301'), checkpoints: '\u00e9_*' };
    expect(findChangedOption(before, file)).toBeUndefined();
  });

  it('lets classes change their order and their display names, and labels their owner', () => {
    const { file } = origin;
    const withDataset = (changes: object) =>
      completeRunFile(runFileSchema.parse({ ...file, dataset: { ...file.dataset, ...changes } }), 'tiny');
    const reordered = withDataset({ classes: { birds: '鳥', dogs: '犬', cats: '猫' }, labels: 'own' });
    expect(findChangedOption(pack, reordered)).toBeUndefined();
    expect(findChangedOption(pack, withDataset({ classes: ['dogs', 'cats'] }))).toBe('dataset.classes');
    const partial = {
      ...pack,
      options: { dataset: { ...origin.file.dataset, classes: ['cats', 'dogs', 'birds'] } },
    };
    expect(findChangedOption(partial, reordered)).toBeUndefined();
    expect(findChangedOption(partial, file)).toBe('dataset.classes');
  });

  it('takes the older name of granularity for the same', () => {
    const before = { type: 'cifar', path: 'x', split: 'test', labels: 'coarse' };
    const dataset = { type: 'cifar', path: 'x', granularity: 'coarse' };
    const file = completeRunFile(runFileSchema.parse({ title: 'x', dataset }), 'tiny');
    expect(findChangedOption({ ...pack, options: { dataset: before } }, file)).toBeUndefined();
  });
});

async function cutOff(file: string): Promise<void> {
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length >> 1));
}

async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 0xff;
  await writeFile(file, bytes);
}
