/**
 * Embeds 8-bit pixels with a checkpoint: `node embed-pixels.ts <folder> <pixels> <pooling> <threads> <output>`.
 * `pixels` holds `[count × 3 × height × width]` bytes of the size in preprocessor_config.json, `output` gets
 * `[count × d]` little-endian float32; with `logits` as the pooling it gets those, `[count × classes]`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Pixels } from '../../integrations/embedding-animation/contracts.ts';
import {
  applyHead,
  embed,
  openEmbeddingPool,
  openModel,
  readHead,
  type Pooling,
} from '../../integrations/embedding-animation/embedding/index.ts';
import { fixedSize } from '../../integrations/embedding-animation/embedding/preprocessing/processor.ts';

const [folder, pixelsPath, pooling, threads, output] = parseArgs({ allowPositionals: true }).positionals;
const model = await openModel(folder!, {});
const size = fixedSize(model.processor)!;
const bytes = await readFile(pixelsPath!);
const data = new Uint8Array(new SharedArrayBuffer(bytes.length));
data.set(bytes);
const pixels: Pixels = { ...size, channels: 3, count: bytes.length / (3 * size.height * size.width), data };
const pool = openEmbeddingPool(Number(threads));
const { head } = model;
const wantsLogits = pooling === 'logits';
if (wantsLogits && 'reason' in head) throw new Error(head.reason);
const read = wantsLogits && 'pooling' in head ? head.pooling : (pooling as Pooling); // checked by embed
const embeddings = await embed({ model, pixels, pool, pooling: read });
await pool.close();
const result =
  wantsLogits && 'pooling' in head ? applyHead(embeddings, await readHead(head, {})) : embeddings;
await writeFile(output!, result.data);
