/** Results in, the files of a pack out. */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatJson } from '../artifacts/stable-json.ts';
import type { Dataset, Frame, RunMap, RunResults } from '../contracts.ts';
import { frameFigures, roundPublished } from '../frame-figures.ts';
import { noticeData } from '../notices.ts';
import { decidingOptions, packKey, type PackOrigin } from './pack-key.ts';
import { encodePoints } from './points.ts';
import { PACK_FILES, PACK_VERSION, packSchema, type Pack } from './schema.ts';
import { collectThumbnails } from './thumbnails.ts';
import { removeLeftovers, replaceFiles } from '../write-files.ts';

/** What a pack may take for each point of each frame of each map, all files together. */
export const BYTES_PER_POINT_AND_FRAME = 8;

/** What thumbnails may always take: below some hundred points a pack is small whatever they are. */
const LEAST_THUMBNAIL_BYTES = 32_768;

const GZIP_OPERATING_SYSTEM = 9;
const OPERATING_SYSTEM_UNKNOWN = 255;

/** A pack's files by name. */
export type PackedFiles = Readonly<Record<keyof typeof PACK_FILES, Uint8Array>>;

/**
 * Makes the files of a pack. Equal results give equal bytes.
 * @throws EmbeddingAnimationError `ImageUnreadable` when a leading image can't be decoded
 */
export async function packResults(origin: PackOrigin, results: RunResults): Promise<PackedFiles> {
  const { dataset } = origin;
  const tensors = encodePoints({
    items: dataset.items,
    frames: results.frames,
    maps: results.maps.map(({ options: { name }, frames }) => ({ name, frames })),
    losses: origin.trainer.losses,
  });
  const points = compress(tensors);
  const hash = createHash('sha256').update(tensors).digest('hex');
  const budget =
    BYTES_PER_POINT_AND_FRAME * dataset.items.length * results.frames.length * results.maps.length -
    points.length -
    describe(origin, results, hash, emptyThumbnails(results.frames)).length;
  const thumbnails = await collectThumbnails(
    dataset,
    results.frames,
    Math.max(budget, LEAST_THUMBNAIL_BYTES),
  );
  const description = describe(origin, results, hash, thumbnails.description);
  return { description, points, thumbnails: thumbnails.bytes };
}

/**
 * Writes a pack into `folder`, which is made: all files beside those of an earlier pack first, then in their place.
 * @throws EmbeddingAnimationError `FileUnwritable`; an earlier pack is as it was
 */
export async function writePack(folder: string, files: PackedFiles, run?: string): Promise<void> {
  await removeLeftovers(dirname(folder), [basename(folder)]); // earlier versions wrote into a folder beside it
  await removeLeftovers(folder, Object.values(PACK_FILES));
  const entries = Object.entries(PACK_FILES) as [keyof PackedFiles, string][]; // keys of the same object
  const written = entries.map(([kind, name]) => ({ path: join(folder, name), content: files[kind] }));
  // The description goes last: until then the old one does not fit the new files, and a reader says so.
  await replaceFiles(written.reverse(), { run });
}

function describe(
  origin: PackOrigin,
  { frames, maps, comparison, outlierSettings, notices = [] }: RunResults,
  pointsHash: string,
  thumbnails: Pack['thumbnails'],
): Uint8Array {
  const { file, trainer, dataset, versions } = origin;
  const { checkpoints, losses, lossGaps, evaluations, classNames } = trainer;
  const pack: Pack = {
    version: PACK_VERSION,
    key: packKey(origin),
    points: { sha256: pointsHash },
    thumbnails,
    checkpoints: checkpoints.map(
      ({
        run,
        folder,
        form,
        files,
        base,
        pooling,
        tokenWidth,
        logits,
        embeddingWidth: hiddenSize,
        ...kept
      }) => ({
        ...kept,
        hiddenSize,
      }),
    ),
    frames: frames.map(describeFrame),
    maps: maps.map((map) => describeMap(map, dataset)),
    comparison: comparison && {
      maps: comparison.maps.map(({ options, figures, frames: compared }) => ({
        ...options,
        ...figures,
        frames: compared.map((frame) => frameFigures.map.parse(frame)),
      })),
      embeddingHits: [...comparison.embeddingHits],
    },
    neighbours: outlierSettings,
    dataset: {
      classNames: [...(dataset.originalClassNames ?? dataset.classNames)],
      digest: dataset.digest,
      images: dataset.items.length,
      source: dataset.source,
    },
    modelClassNames: [...classNames],
    losses: losses.length,
    lossGaps: lossGaps?.map(({ step, epoch }) => [step, epoch] as [number, number]),
    evaluations: [...evaluations],
    notices: noticeData([...trainer.notices, ...(dataset.notices ?? []), ...notices]),
    options: decidingOptions(file),
    versions: { ...versions },
  };
  return new TextEncoder().encode(formatJson(packSchema.parse(pack)));
}

function describeFrame(frame: Frame): Pack['frames'][number] {
  return {
    step: frame.step,
    ...frameFigures.computed.parse(frame),
    outliers: frame.outliers.map(({ index, score, distanceRatio }) => [
      index,
      roundPublished(score),
      roundPublished(distanceRatio),
    ]),
  };
}

/** Classes by the names of the data set: how readers see them may change. */
function describeMap(
  { options, figures, anchors, frames }: RunMap,
  { classNames, originalClassNames = classNames }: Dataset,
): NonNullable<Pack['maps']>[number] {
  return {
    ...options,
    ...figures,
    anchors: anchors?.map(({ name, label, x, y }): [string, number, number, number] =>
      label === undefined ? [name, -1, x, y] : [originalClassNames[label]!, label, x, y],
    ),
    hasTrueNeighbours: frames.every(({ trueNeighbours }) => trueNeighbours !== undefined),
    frames: frames.map((frame) => frameFigures.map.parse(frame)),
  };
}

/** As long as the description of real ones, or longer. */
function emptyThumbnails(frames: readonly Frame[]): Pack['thumbnails'] {
  const leading = new Set(frames.flatMap(({ outliers }) => outliers.map(({ index }) => index)));
  const images = Array.from(leading, (index): [number, number, number] => [index, 100, 100]);
  return { sha256: '0'.repeat(64), columns: 100, cell: { width: 100, height: 100 }, images };
}

/** gzip, with nothing of the machine in it. */
function compress(bytes: Uint8Array): Uint8Array {
  const compressed = gzipSync(bytes, { level: 9 });
  compressed[GZIP_OPERATING_SYSTEM] = OPERATING_SYSTEM_UNKNOWN;
  return new Uint8Array(compressed);
}
