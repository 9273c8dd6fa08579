/** Readers of single files of a run. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLossLog } from '../../../integrations/embedding-animation/checkpoints/loss-log.ts';
import { openConfigReader } from '../../../integrations/embedding-animation/checkpoints/model-config.ts';
import { readRunFile } from '../../../integrations/embedding-animation/checkpoints/run-file.ts';
import {
  collectLeftOut,
  describeLog,
} from '../../../integrations/embedding-animation/checkpoints/log-rows.ts';
import { readTrainerLog } from '../../../integrations/embedding-animation/checkpoints/trainer-state.ts';
import { openModel } from '../../../integrations/embedding-animation/embedding/open-model.ts';
import { readProcessor } from '../../../integrations/embedding-animation/embedding/preprocessing/processor-config.ts';
import { readJson } from '../../../integrations/embedding-animation/formats/json.ts';
import { readSafetensorsHeader } from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import { openReadyEmbeddings } from '../../../integrations/embedding-animation/ready-embeddings/index.ts';
import { readsFile, type FuzzTarget } from '../target.ts';

/** The folder of goldens. */
export const GOLDEN = join(import.meta.dirname, '../../golden');
const CONTENT = join(import.meta.dirname, '../../../content/runs/emoji');

/** Files of a folder whose names end so. */
export function readFiles(folder: string, ending: string): Uint8Array[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(join(folder, name)));
}

const model = join(GOLDEN, 'embedding/models/f32');
const sharded = join(GOLDEN, 'embedding/models/sharded');

/** A safetensors file's header and the bytes behind it. */
export function headerOf(file: Uint8Array): { header: Uint8Array; data: Uint8Array } {
  const bytes = Buffer.from(file);
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  return { header: bytes.subarray(8, end), data: bytes.subarray(end) };
}

/** Puts a header before `data`, its length kept right. */
export function packHeader(data: Uint8Array): (header: Uint8Array) => Uint8Array {
  return (header) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([length, header, data]);
  };
}

/** Words of safetensors headers. */
export const TENSOR_WORDS = [
  'F32',
  'F64',
  'BF16',
  'F8_E4M3',
  'I64',
  '__metadata__',
  'data_offsets',
  'shape',
  'dtype',
];

function embeddings(name: string, ending: string, words: readonly string[]): FuzzTarget {
  return {
    name: `ready-${name}`,
    open(folder) {
      const seeds = readFiles(join(GOLDEN, 'ready-embeddings'), ending);
      const read = readsFile(folder, `embedding${ending}`, async (path) =>
        (await openReadyEmbeddings(path, {})).read(),
      );
      const hasHeader = ending === '.safetensors';
      const { header, data } = hasHeader ? headerOf(seeds[0]!) : { header: seeds[0]!, data: seeds[0]! };
      const inside = hasHeader
        ? { pack: packHeader(data), insides: [header], insideKind: 'json' as const }
        : {};
      return Promise.resolve({ seeds, kind: 'bytes', words, read, ...inside });
    },
  };
}

/** A JSON file in a folder with others that it goes with. */
export function jsonFile(
  name: string,
  file: string,
  from: string,
  read: (path: string, folder: string) => Promise<unknown>,
  others: readonly string[] = [],
  words: readonly string[] = [],
): FuzzTarget {
  return {
    name,
    open(folder) {
      for (const other of others) copyFileSync(join(from, other), join(folder, other));
      const seeds = [readFileSync(join(from, file))];
      const all = [...words, ...Object.keys(JSON.parse(seeds[0]!.toString()) as object)];
      return Promise.resolve({
        seeds,
        kind: 'json',
        words: all,
        read: readsFile(folder, file, (path) => read(path, folder)),
      });
    },
  };
}

const CONFIG_WORDS = [
  ...['vit', 'dinov2', 'clip', 'siglip', 'deit', 'gelu', 'quick_gelu', 'id2label', 'label2id', 'image_size'],
  ...[
    'ViTForImageClassification',
    'CLIPForImageClassification',
    'vision_config',
    'hidden_size',
    'num_labels',
  ],
];
const PROCESSOR_WORDS = [
  ...[
    'ViTImageProcessor',
    'CLIPImageProcessor',
    'shortest_edge',
    'longest_edge',
    'height',
    'width',
    'crop_size',
  ],
  ...['do_center_crop', 'resample', 'image_mean', 'image_std', 'rescale_factor', 'image_processor'],
];

/** A run.yaml with most of what it may say. */
const RUN_FILE = `title: Emoji
description: A run
dataset:
  type: image-folder
  path: images
  classes: [cats, {name: dogs, as: Dogs}]
checkpoints: checkpoint-*
k: 10
embedding: {from: auto, pooling: cls}
credit: {text: me, url: "https://example.org"}
look:
  width: 800
anchors: &a [x, y]
more: *a
`;

export const fileTargets: readonly FuzzTarget[] = [
  embeddings('safetensors', '.safetensors', TENSOR_WORDS),
  embeddings('npy', '.npy', [
    "'<f4'",
    "'>f8'",
    "'|O'",
    "'descr': ",
    "'shape': ",
    '(1, 2), ',
    'True',
    '\u0093NUMPY',
  ]),
  embeddings('parquet', '.parquet', ['PAR1', 'PARE', 'embedding', 'list', 'element', 'pandas']),
  {
    name: 'safetensors',
    open(folder) {
      const seeds = [readFileSync(join(sharded, 'model-00001-of-00004.safetensors'))];
      const { header, data } = headerOf(seeds[0]!);
      return Promise.resolve({
        seeds,
        kind: 'bytes',
        words: TENSOR_WORDS,
        pack: packHeader(data),
        insides: [header],
        insideKind: 'json',
        read: readsFile(folder, 'model.safetensors', (path) => readSafetensorsHeader(path, {})),
      });
    },
  },
  {
    name: 'safetensors-of-model',
    weight: 0.5,
    open(folder) {
      for (const file of ['config.json', 'preprocessor_config.json'])
        copyFileSync(join(model, file), join(folder, file));
      const seeds = [readFileSync(join(model, 'model.safetensors'))];
      const { header, data } = headerOf(seeds[0]!);
      return Promise.resolve({
        seeds,
        kind: 'bytes',
        words: TENSOR_WORDS,
        pack: packHeader(data),
        insides: [header],
        insideKind: 'json',
        read: readsFile(folder, 'model.safetensors', () => openModel(folder, {})),
      });
    },
  },
  jsonFile(
    'safetensors-index',
    'model.safetensors.index.json',
    sharded,
    (_, folder) => openModel(folder, {}),
    readdirSync(sharded).filter((name) => name !== 'model.safetensors.index.json'),
    ['weight_map', '../model.safetensors', '/etc/passwd', 'config.json'],
  ),
  jsonFile('config', 'config.json', model, (path) => openConfigReader()(path), [], CONFIG_WORDS),
  jsonFile(
    'config-of-model',
    'config.json',
    model,
    (_, folder) => openModel(folder, {}),
    ['preprocessor_config.json', 'model.safetensors'],
    CONFIG_WORDS,
  ),
  jsonFile(
    'processor',
    'preprocessor_config.json',
    model,
    (_, folder) => readProcessor(folder, {}),
    [],
    PROCESSOR_WORDS,
  ),
  {
    name: 'trainer-state',
    open(folder) {
      const state = JSON.parse(readFileSync(join(CONTENT, 'trainer_state.json'), 'utf8')) as {
        log_history: unknown[];
      };
      const { log_history: history } = state;
      const short = { ...state, log_history: [...history.slice(0, 5), ...history.slice(-5)] };
      return Promise.resolve({
        seeds: [Buffer.from(JSON.stringify(short))],
        kind: 'json',
        words: [
          'loss',
          'eval_loss',
          'eval_accuracy',
          'step',
          'epoch',
          'global_step',
          'log_history',
          'grad_norm',
        ],
        read: readsFile(folder, 'trainer_state.json', (path) => readLog(path)),
      });
    },
  },
  {
    name: 'json',
    open(folder) {
      return Promise.resolve({
        seeds: [Buffer.from('{"a": [1, -Infinity, "NaN\\"", {"b": NaN}], "c": 1e5, "d": "\\u00e9\\\\"}')],
        kind: 'text',
        words: ['NaN', '-Infinity', '"', '\\', '\\"', '{"', '[[', '1e999'],
        read: readsFile(folder, 'config.json', (path) => readJson(path, 'ConfigInvalid')),
      });
    },
  },
  {
    name: 'log',
    open(folder) {
      return Promise.resolve({
        seeds: [
          Buffer.from('2.5,5e-05,0.25\n1.5,1e-05,0.5\n'),
          Buffer.from('step,loss,epoch\n1,2.5,0.25\n2,1.5,0.5\n'),
          Buffer.from('2.5,7.1,5e-05,0.25\r\n1.5,inf,1e-05,0.5\r\n'),
        ],
        kind: 'text',
        words: ['loss', 'epoch', 'step', 'nan', 'inf', '1e308', '"'],
        read: readsFile(folder, 'log.csv', (path) => readLossLog(path, collectLeftOut())),
      });
    },
  },
  {
    name: 'run-file',
    open(folder) {
      return Promise.resolve({
        seeds: [Buffer.from(RUN_FILE), readFileSync(join(CONTENT, 'run.yaml'))],
        kind: 'text',
        words: [
          '<<: *a\n',
          '!!binary ',
          '? ',
          '%YAML 1.1\n',
          'dataset',
          'title',
          'type: parquet',
          '&b ',
          '*b',
          '{',
          '[',
        ],
        read: readsFile(folder, 'run.yaml', (path) => readRunFile('emoji', path)),
      });
    },
  },
];

/** Makes a folder below another. */
export function makeBelow(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Writes a file below a folder. */
export function writeBelow(folder: string, name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

async function readLog(path: string): Promise<unknown> {
  const { rows } = await readTrainerLog(path);
  return describeLog(rows, undefined, collectLeftOut());
}
