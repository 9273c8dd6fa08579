/** Images that both sides embed: of a data set where one is given, else painted from a seed. */
import type { Dataset, RgbImage } from '../../integrations/embedding-animation/contracts.ts';
import { openDataset } from '../../integrations/embedding-animation/dataset/index.ts';
import { datasetSchema } from '../../integrations/embedding-animation/options/index.ts';
import { CLASSES } from './embeddings.ts';
import { seededUniform } from './random.ts';

/** Side of a painted image, px: CIFAR's. */
const SIDE = 32;
const BLOBS = 5;

/** Opens the images of a folder of Parquet files, `data`, or paints as many as are wanted. */
export async function openImages(count: number, data: string | undefined): Promise<Dataset> {
  if (data === undefined) return paintImages(count);
  const options = datasetSchema.parse({ type: 'parquet', path: data, split: 'test' });
  const dataset = await openDataset(options, { runFolder: process.cwd(), projectRoot: process.cwd() });
  return { ...dataset, items: dataset.items.slice(0, count) };
}

/** The images as one array `[n × height × width × 3]`; all have to be of the first one's size. */
export async function stackImages(dataset: Dataset): Promise<{ data: Uint8Array; shape: number[] }> {
  const first = await dataset.decode(0);
  const length = first.data.length;
  const data = new Uint8Array(dataset.items.length * length);
  for (const index of dataset.items.keys()) {
    const image = await dataset.decode(index);
    if (image.data.length !== length) throw new RangeError('the benchmark takes images of one size');
    data.set(image.data, index * length);
  }
  return { data, shape: [dataset.items.length, first.height, first.width, 3] };
}

function paintImages(count: number): Dataset {
  return {
    classNames: Array.from({ length: CLASSES }, (_, index) => `class ${index}`),
    items: Array.from({ length: count }, (_, index) => ({ name: `image-${index}`, label: index % CLASSES })),
    digest: `painted-${count}`,
    source: 'images painted by the benchmark',
    decode: (index) => Promise.resolve(paintImage(index)),
  };
}

/** Soft blobs of colour with some noise: edges and flat parts, as photographs have. */
function paintImage(seed: number): RgbImage {
  const random = seededUniform(seed + 1);
  const blobs = Array.from({ length: BLOBS }, () => ({
    x: random() * SIDE,
    y: random() * SIDE,
    spread: 2 + random() * 8,
    colour: [random() * 255, random() * 255, random() * 255],
  }));
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let value = 90 + 20 * random();
        for (const blob of blobs) {
          const squares = ((x - blob.x) ** 2 + (y - blob.y) ** 2) / (2 * blob.spread ** 2);
          value += (blob.colour[channel]! - 90) * Math.exp(-squares);
        }
        data[(y * SIDE + x) * 3 + channel] = Math.min(255, Math.max(0, value));
      }
    }
  }
  return { width: SIDE, height: SIDE, data };
}
