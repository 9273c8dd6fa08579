/** Readers of models that are not plain weights: adapters with their base, and ONNX exports. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAdapterFiles } from '../../../integrations/embedding-animation/checkpoints/adapters.ts';
import {
  findOnnx,
  listOnnxFolder,
} from '../../../integrations/embedding-animation/checkpoints/onnx-files.ts';
import { openModel } from '../../../integrations/embedding-animation/embedding/open-model.ts';
import { readsFile, type FuzzTarget } from '../target.ts';
import { GOLDEN, headerOf, jsonFile, makeBelow, packHeader, readFiles, TENSOR_WORDS } from './files.ts';

const ADAPTERS = join(GOLDEN, 'embedding/adapters');
const base = join(ADAPTERS, 'base-vit');
const adapter = join(ADAPTERS, 'patterns');

const ADAPTER_WORDS = [
  ...['LORA', 'DORA', 'IA3', 'rank_pattern', 'alpha_pattern', 'use_rslora', 'use_dora', 'modules_to_save'],
  ...['fan_in_fan_out', 'lora_only', '(a+)+$', '.*.*.*x', '^base_model', 'target_modules', 'r', 'lora_alpha'],
];

/** Opens the adapter in `folder` on the base that the goldens have. */
async function openOnBase(folder: string): Promise<unknown> {
  await openAdapterFiles(folder, { base, roots: [ADAPTERS] });
  return openModel(folder, {}, base);
}

export const modelTargets: readonly FuzzTarget[] = [
  jsonFile(
    'adapter-config',
    'adapter_config.json',
    adapter,
    (_, folder) => openOnBase(folder),
    ['adapter_model.safetensors'],
    ADAPTER_WORDS,
  ),
  {
    name: 'adapter-weights',
    weight: 0.5,
    open(folder) {
      const seeds = [readFileSync(join(adapter, 'adapter_model.safetensors'))];
      const { header, data } = headerOf(seeds[0]!);
      copyFileSync(join(adapter, 'adapter_config.json'), join(folder, 'adapter_config.json'));
      return Promise.resolve({
        seeds,
        kind: 'bytes',
        words: [...TENSOR_WORDS, 'lora_A', 'lora_B', 'lora_magnitude_vector', 'base_model.model.'],
        pack: packHeader(data),
        insides: [header],
        insideKind: 'json',
        read: readsFile(folder, 'adapter_model.safetensors', () => openOnBase(folder)),
      });
    },
  },
  {
    name: 'onnx',
    open(folder) {
      const below = makeBelow(folder, 'onnx');
      return Promise.resolve({
        seeds: readFiles(join(GOLDEN, 'onnx-exports/vit/onnx'), '.onnx'),
        kind: 'bytes',
        words: ['location', 'model.onnx_data', '../secret', 'offset', 'length', 'last_hidden_state'],
        read: readsFile(below, 'model.onnx', async () =>
          findOnnx(folder, await listOnnxFolder(folder), 'auto'),
        ),
      });
    },
  },
];
