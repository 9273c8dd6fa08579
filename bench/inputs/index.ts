/** What the benchmarks measure on; each thing is made when it is first asked for, and once. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset, Embeddings } from '../../integrations/embedding-animation/contracts.ts';
import { exists } from '../../integrations/embedding-animation/files.ts';
import type { PythonProcess } from '../harness/python-process.ts';
import { makeStructured, makeUnstructured } from './embeddings.ts';
import { openImages, stackImages } from './images.ts';
import { writeNpy } from './npy.ts';

/** Images of the article's evaluation set, and the width of ViT-base. */
const ROWS = 10_000;
const COLS = 768;
const QUICK_ROWS = 2000;
/** Kept between runs: it takes 343 MB and is always the same. */
const STORE = join(import.meta.dirname, '../.cache');

/** Embeddings, and the file in which Python finds them. */
export interface StoredEmbeddings {
  readonly embeddings: Embeddings;
  readonly path: string;
}

/** Images, and the file in which Python finds them. */
export interface StoredImages {
  readonly dataset: Dataset;
  readonly path: string;
}

/** Everything there is to measure on. */
export interface Inputs {
  readonly rows: number;
  readonly cols: number;
  /** Embeddings as a trained model makes them. */
  structured(): Promise<StoredEmbeddings>;
  /** Embeddings without any structure. */
  unstructured(): Promise<StoredEmbeddings>;
  /** The first `count` images. */
  images(count: number): Promise<StoredImages>;
  /** Folder of a ViT-base with random weights. */
  baseModel(): Promise<string>;
}

/** What decides the inputs. */
export interface InputOptions {
  /** For files that Python reads; removed by the caller. */
  readonly folder: string;
  readonly python: PythonProcess;
  /** A folder of Parquet files with images; painted ones where there is none. */
  readonly data: string | undefined;
  readonly quick: boolean;
}

/** Inputs from fixed seeds. */
export function openInputs({ folder, python, data, quick }: InputOptions): Inputs {
  const rows = quick ? QUICK_ROWS : ROWS;
  const store = async (name: string, embeddings: Embeddings): Promise<StoredEmbeddings> => {
    const path = join(folder, `${name}.npy`);
    await writeNpy(path, embeddings.data, [embeddings.rows, embeddings.cols]);
    return { embeddings, path };
  };
  const structured = once(() => store('structured', makeStructured(rows, COLS, 1)));
  const unstructured = once(() => store('unstructured', makeUnstructured(rows, COLS, 2)));
  return {
    rows,
    cols: COLS,
    structured,
    unstructured,
    async images(count) {
      const dataset = await openImages(count, data);
      const { data: pixels, shape } = await stackImages(dataset);
      const path = join(folder, `images-${count}.npy`);
      await writeNpy(path, pixels, shape);
      return { dataset, path };
    },
    baseModel: once(() => makeBaseModel(python)),
  };
}

async function makeBaseModel(python: PythonProcess): Promise<string> {
  const folder = join(STORE, 'vit-base-224');
  if (await exists(folder)) return folder;
  const unfinished = `${folder}.${process.pid}.tmp`;
  await mkdir(unfinished, { recursive: true });
  try {
    await python.call('embedding.make_base', { folder: unfinished });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
