/** A pack in, what stands in for checkpoints, data set and results out. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type {
  ComparedMap,
  Dataset,
  Frame,
  LossRow,
  RgbImage,
  RunMap,
  RunResults,
  TrainerRun,
} from '../contracts.ts';
import { readRegularFile } from '../files.ts';
import { frameFigures } from '../frame-figures.ts';
import { decodeImage } from '../images/index.ts';
import { completeMap } from '../options/index.ts';
import { decodePoints, type PackedColumns } from './points.ts';
import { PACK_FILES, PACK_FOLDER, packInvalid, packSchema, type Pack } from './schema.ts';
import { cutThumbnail, fitsLayout } from './thumbnails.ts';

/** A small file can hold gigabytes of zeros: what a pack unpacks to is in proportion to what it describes. */
const LEAST_POINTS_BOUND = 16 << 20;
const BOUND_PER_NUMBER = 256;
const MOST_POINTS_BOUND = 2 ** 31 - 1;

/** Results that were read from a pack. */
export interface PackedResults extends RunResults {
  /** sha256 (hex) of the pack's description, which names the contents of its other files. */
  readonly digest: string;
}

/** A run as a pack has it. */
export interface PackedRun {
  readonly pack: Pack;
  readonly trainer: TrainerRun;
  readonly dataset: Dataset;
  readonly results: PackedResults;
}

/**
 * Reads the pack of the run in `runFolder`.
 * @throws EmbeddingAnimationError `PackInvalid` when a file is missing, damaged, or of another pack
 */
export async function readPack(run: string, runFolder: string): Promise<PackedRun> {
  const folder = join(runFolder, PACK_FOLDER);
  const text = await readPart(folder, PACK_FILES.description);
  const pack = parseDescription(text);
  const points = unpackPoints(pack, await readPart(folder, PACK_FILES.points));
  const picture = await unpackPicture(pack, await readPart(folder, PACK_FILES.thumbnails));
  const frames = pack.frames.map(
    (frame, index) => unpackFrame(pack.checkpoints[index]!, frame, points.frames[index]!), // of the same steps
  );
  const { comparison } = pack;
  return {
    pack,
    trainer: unpackTrainer(pack, points.losses, run, runFolder),
    dataset: unpackDataset(pack, points, picture),
    results: {
      digest: hash(text),
      frames,
      maps: unpackMaps(pack, points),
      ...(comparison && { comparison: { ...comparison, maps: comparison.maps.map(splitMap) } }),
      outlierSettings: pack.neighbours,
      notices: pack.notices,
    },
  };
}

/**
 * Reads the description of the pack in `runFolder`, or `undefined` where there is no pack.
 * @throws EmbeddingAnimationError `PackInvalid`
 */
export async function readPackDescription(runFolder: string): Promise<Pack | undefined> {
  const file = join(runFolder, PACK_FOLDER, PACK_FILES.description);
  const text = await readRegularFile(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw packInvalid(PACK_FILES.description, 'unreadable', undefined, error);
  });
  return text === undefined ? undefined : parseDescription(text);
}

/** Bytes of the pack's files in `runFolder`; a file that is missing counts as none. */
export async function measurePack(runFolder: string): Promise<number> {
  const files = Object.values(PACK_FILES).map((name) => join(runFolder, PACK_FOLDER, name));
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return found.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}

async function readPart(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(join(folder, name));
  } catch (cause) {
    throw packInvalid(name, 'unreadable', undefined, cause);
  }
}

function parseDescription(bytes: Uint8Array): Pack {
  const name = PACK_FILES.description;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw packInvalid(name, 'notJson', undefined, cause);
  }
  const parsed = packSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const facts = { path: issue?.path.join('.') ?? '', said: issue?.message ?? 'is wrong' };
    throw packInvalid(name, 'wrong', facts, parsed.error);
  }
  checkDescription(parsed.data);
  return parsed.data;
}

/** What a schema can't say: that the parts speak of the same steps and images. */
function checkDescription({ checkpoints, frames, maps = [], comparison, thumbnails, dataset }: Pack): void {
  const steps = frames.map(({ step }) => step).join(', ');
  const isWhole = [...maps, ...(comparison?.maps ?? [])].every((map) => map.frames.length === frames.length);
  if (!isWhole || checkpoints.map(({ step }) => step).join(', ') !== steps) {
    throw packInvalid(PACK_FILES.description, 'stepsDiffer', undefined);
  }
  const pictured = new Set(thumbnails.images.map(([index]) => index));
  const missing = frames.flatMap(({ outliers }) => outliers).find(([index]) => !pictured.has(index));
  if (missing !== undefined || [...pictured].some((index) => index >= dataset.images)) {
    throw packInvalid(PACK_FILES.description, 'thumbnailsDiffer', undefined);
  }
}

function unpackPoints(pack: Pack, compressed: Uint8Array): PackedColumns {
  const name = PACK_FILES.points;
  try {
    const bytes = gunzipSync(compressed, { maxOutputLength: boundPoints(pack) });
    if (hash(bytes) !== pack.points.sha256) throw new RangeError('it is not the one that run.json names');
    const points = decodePoints(bytes, {
      frames: pack.frames.length,
      images: pack.dataset.images,
      maps: describedMaps(pack),
      losses: pack.losses,
    });
    const classes = pack.dataset.classNames.length;
    if (points.items.some(({ label }) => label >= classes)) throw new RangeError('a label has no class');
    return points;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw packInvalid(name, 'damaged', { said }, cause);
  }
}

/** Most bytes that the points can have: numbers of every image and frame, and names of any reasonable length. */
function boundPoints({ frames, maps = [], dataset, losses }: Pack): number {
  const numbers = dataset.images * (frames.length * Math.max(1, maps.length) + 1) + losses;
  return Math.min(LEAST_POINTS_BOUND + BOUND_PER_NUMBER * numbers, MOST_POINTS_BOUND);
}

async function unpackPicture({ thumbnails }: Pack, bytes: Uint8Array): Promise<RgbImage> {
  if (thumbnails.images.length === 0) return { width: 0, height: 0, data: new Uint8Array() };
  const name = PACK_FILES.thumbnails;
  if (hash(bytes) !== thumbnails.sha256) throw packInvalid(name, 'otherPack', undefined);
  const picture = await decodeImage(bytes);
  if (!fitsLayout(picture, thumbnails)) throw packInvalid(name, 'otherPack', undefined);
  return picture;
}

/** One frame's figures and scores, with what is said of its checkpoint. */
function unpackFrame(
  checkpoint: Pack['checkpoints'][number],
  { outliers, ...figures }: Pack['frames'][number],
  columns: PackedColumns['frames'][number],
): Frame {
  return {
    ...frameFigures.training.parse(checkpoint),
    ...frameFigures.computed.parse(figures),
    ...columns,
    // Before distances were packed: score = exp(−ratio).
    outliers: outliers.map(([index, score, distanceRatio = -Math.log(score)]) => ({
      index,
      score,
      distanceRatio,
    })),
  };
}

type PackedMap = NonNullable<Pack['maps']>[number];

/** The maps of a pack; one from before there were several has that of the article. */
function describedMaps({ maps, frames }: Pack): readonly PackedMap[] {
  if (maps !== undefined) return maps;
  const figures = frames.map((frame) => frameFigures.map.parse(frame));
  return [{ ...completeMap({ projection: 'per-checkpoint' }), hasTrueNeighbours: false, frames: figures }];
}

function unpackMaps(pack: Pack, { maps }: PackedColumns): PackedResults['maps'] {
  const [first, ...others] = describedMaps(pack).map((described, at): RunMap => {
    const { options, figures, frames } = splitMap(described);
    const points = maps[at]!.frames; // as many as are described
    return {
      options,
      figures,
      frames: frames.map((frame, index) => ({ ...frame, ...points[index]! })),
      anchors: described.anchors?.map(([name, label, x, y]) => ({
        name,
        x,
        y,
        label: label === -1 ? undefined : label,
      })),
    };
  });
  return [first!, ...others]; // the schema asks for one
}

/** How a map was made, what is told of it, and of its frames. */
function splitMap(map: Omit<PackedMap, 'anchors' | 'hasTrueNeighbours'>): ComparedMap {
  const { name, title, projection, align, scaling, reflection, frames } = map;
  const options = {
    name,
    projection,
    align,
    scaling,
    reflection,
    ...(title !== undefined && { title }),
  };
  return { options, figures: frameFigures.wholeMap.parse(map), frames };
}

/** Checkpoints of the form `packed`, and the history of their training. */
function unpackTrainer(pack: Pack, losses: readonly LossRow[], run: string, folder: string): TrainerRun {
  return {
    run,
    folder,
    checkpoints: pack.checkpoints.map(({ hiddenSize: embeddingWidth, ...checkpoint }) => ({
      ...checkpoint,
      embeddingWidth,
      epoch: checkpoint.epoch,
      loss: checkpoint.loss,
      accuracy: checkpoint.accuracy,
      run,
      folder: join(folder, `checkpoint-${checkpoint.step}`),
      form: 'packed',
      files: [],
    })),
    losses,
    lossGaps: pack.lossGaps?.map(([step, epoch]) => ({ step, epoch })),
    evaluations: pack.evaluations.map((row) => ({ ...row, accuracy: row.accuracy, loss: row.loss })),
    classNames: pack.modelClassNames,
    notices: [], // they are among the results
  };
}

/** The evaluation set; it decodes the images that lead in some frame, and no other. */
function unpackDataset({ dataset, thumbnails }: Pack, { items }: PackedColumns, picture: RgbImage): Dataset {
  const positions = new Map(thumbnails.images.map(([index], position) => [index, position]));
  return {
    classNames: dataset.classNames,
    items,
    digest: dataset.digest,
    source: dataset.source,
    decode(index) {
      const position = positions.get(index);
      if (position === undefined) {
        return Promise.reject(packInvalid(PACK_FILES.thumbnails, 'notPacked', { image: index }));
      }
      return Promise.resolve(cutThumbnail(picture, thumbnails, position));
    },
  };
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
