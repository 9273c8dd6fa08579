/** Runs of any number of checkpoints whose embeddings are ready, from nothing but a seed. */
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../integrations/embedding-animation/formats/safetensors/index.ts';
import { encodePng } from '../../integrations/embedding-animation/images/index.ts';
import { CLASSES, interpolate, makeStructured } from '../inputs/embeddings.ts';
import { seededUniform } from '../inputs/random.ts';

/** Images and their embeddings' width. */
export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

const STEPS_APART = 10;
const PICTURE_SIDE = 32;
/** Pictures that differ; there are as many files as rows. */
const PICTURES = 100;

/**
 * Writes `count` files of float16 embeddings, from one cloud of ten classes to another.
 * @returns their paths in step order
 */
export async function makeEmbeddingFiles(
  folder: string,
  count: number,
  { rows, cols }: Shape,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const from = makeStructured(rows, cols, 1);
  const to = makeStructured(rows, cols, 2);
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const { data } = interpolate(from, to, index / Math.max(1, count - 1));
    const file = join(folder, `${index}.safetensors`);
    await writeSafetensors(file, [{ name: 'embedding', dtype: 'F16', shape: [rows, cols], data }]);
    files.push(file);
  }
  return files;
}

/** How a run of these files is shown. */
export interface Look {
  /** Width and height of its pictures, px. */
  readonly side: number;
  /** Projections, as run.yaml has them. */
  readonly maps: readonly string[];
}

/** Writes a run to `folder`, one checkpoint for each of `files`, which are linked and not copied. */
export async function makeRunOf(
  folder: string,
  files: readonly string[],
  { rows, cols, side, maps }: Shape & Look,
): Promise<void> {
  const classNames = Array.from({ length: CLASSES }, (_, index) => `class ${index}`);
  const id2label = Object.fromEntries(classNames.entries());
  const config = JSON.stringify({ model_type: 'vit', hidden_size: cols, id2label });
  for (const [index, file] of files.entries()) {
    const checkpoint = join(folder, `checkpoint-${index * STEPS_APART}`);
    await mkdir(checkpoint, { recursive: true });
    await writeFile(join(checkpoint, 'config.json'), config);
    await link(file, join(checkpoint, 'embedding.safetensors'));
  }
  const look = `maps: [${maps.join(', ')}]\nanimation: { width: ${side}, height: ${side} }`;
  await writeFile(
    join(folder, 'run.yaml'),
    `title: Memory\ndataset: { type: image-folder, path: images }\n${look}\n`,
  );
  await writeImages(join(folder, 'images'), rows, classNames);
}

async function writeImages(folder: string, rows: number, classNames: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const uniform = seededUniform(3);
  const pictures: Uint8Array[] = [];
  for (let index = 0; index < PICTURES; index++) {
    const data = Uint8Array.from({ length: 3 * PICTURE_SIDE ** 2 }, () => 256 * uniform());
    pictures.push(await encodePng({ width: PICTURE_SIDE, height: PICTURE_SIDE, data }));
  }
  const table = ['file_name,label'];
  for (let row = 0; row < rows; row++) {
    const file = `${String(row).padStart(6, '0')}.png`;
    table.push(`${file},${classNames[row % classNames.length]!}`);
    await writeFile(join(folder, file), pictures[row % PICTURES]!);
  }
  await writeFile(join(folder, 'metadata.csv'), `${table.join('\n')}\n`);
}
