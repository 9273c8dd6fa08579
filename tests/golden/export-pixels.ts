/**
 * Writes the evaluation images of a run as lossless PNGs, with their labels, so that the Python libraries can embed
 * the very pixels that this package sees.
 *
 *   node tests/golden/export-pixels.ts content/runs/emoji <folder>
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { parse } from 'yaml';
import { openDataset } from '../../integrations/embedding-animation/dataset/index.ts';
import { datasetSchema } from '../../integrations/embedding-animation/options/index.ts';

const [runFolder, target] = process.argv.slice(2);
if (runFolder === undefined || target === undefined) {
  throw new Error('usage: node tests/golden/export-pixels.ts <run folder> <target folder>');
}

const runFile: unknown = parse(await readFile(join(runFolder, 'run.yaml'), 'utf8'));
if (typeof runFile !== 'object' || runFile === null || !('dataset' in runFile)) {
  throw new Error(`${runFolder}/run.yaml names no dataset`);
}
const dataset = await openDataset(datasetSchema.parse(runFile.dataset), {
  runFolder: resolve(runFolder),
  projectRoot: process.cwd(),
});
await mkdir(target, { recursive: true });
for (const index of dataset.items.keys()) {
  const { width, height, data } = await dataset.decode(index);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(target, `${String(index).padStart(6, '0')}.png`));
}
const { classNames, items, digest, source } = dataset;
await writeFile(join(target, 'labels.json'), JSON.stringify({ classNames, items, digest, source }, null, 1));
console.log(`${items.length} images of ${source} in ${target}`);
