import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of a ViT's config.json that decides how much it computes. */
interface VitSizes {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly image_size: number;
  readonly patch_size: number;
}

/**
 * Floating-point operations of the matrix products that the CLS token of one image needs: 2mnk for `[m × k]·[k × n]`.
 * The last block counts as we compute it, queries, output and MLP for one token, so a share of the machine's rate
 * is not flattered by work that is left out.
 */
export async function countVitOperations(checkpoint: string): Promise<number> {
  const config = JSON.parse(await readFile(join(checkpoint, 'config.json'), 'utf8')) as VitSizes; // a ViT's
  const { hidden_size: d, intermediate_size: wide, num_hidden_layers: layers } = config;
  const patches = (config.image_size / config.patch_size) ** 2;
  const tokens = patches + 1;
  const patching = 2 * patches * d * 3 * config.patch_size ** 2;
  const block = (queries: number) =>
    2 * d * d * (2 * tokens + 2 * queries) + // keys and values; queries and output
    2 * 2 * queries * tokens * d + // scores and their sums
    2 * 2 * queries * d * wide;
  return patching + (layers - 1) * block(tokens) + block(1);
}
