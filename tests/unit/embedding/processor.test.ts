import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  parseProcessor,
  readProcessor,
} from '../../../integrations/embedding-animation/embedding/preprocessing/processor-config.ts';
import {
  normalizationTable,
  processorKey,
} from '../../../integrations/embedding-animation/embedding/preprocessing/processor.ts';
import { copyModel, datasetOf, noiseImage, readGolden, sha256 } from '../../helpers/embedding.ts';
import { preprocess } from '../../helpers/preprocess.ts';

interface ProcessorCase {
  readonly config: Readonly<Record<string, unknown>>;
  readonly width: number;
  readonly height: number;
  readonly shape: readonly [number, number, number];
  readonly sha256: string;
  readonly normalization: string;
}

const processors = await readGolden<ProcessorCase[]>('processors.json');

const place = { run: 'emoji', step: 40, file: 'preprocessor_config.json' };
const parse = (config: unknown) => parseProcessor(config, place);

describe('parseProcessor', () => {
  it('has the defaults of ViTImageProcessor for keys that are absent or null', () => {
    const defaults = {
      resize: { to: { height: 224, width: 224 }, filter: 'bilinear' },
      crop: undefined,
      rescale: 1 / 255,
      normalize: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    };
    expect(parse({})).toEqual(defaults);
    expect(
      parse({ do_resize: null, size: null, resample: null, image_mean: null, do_rescale: null }),
    ).toEqual(defaults);
  });

  it('ignores the many other keys that Hugging Face writes', () => {
    expect(
      parse({ do_convert_rgb: true, data_format: 'channels_first', device: null, anything: [1] }),
    ).toEqual(parse({}));
  });

  it.each([
    [384, { height: 384, width: 384 }],
    [[20, 30], { height: 20, width: 30 }],
    [{ shortest_edge: 256 }, { shortestEdge: 256 }],
    [
      { height: 20, width: 30 },
      { height: 20, width: 30 },
    ],
  ])('reads the size %j', (size, to) => {
    expect(parse({ size }).resize?.to).toEqual(to);
  });

  it.each([
    ['a filter that does not exist', { resample: 6 }, 'resample'],
    ['a size of nothing', { size: {} }, 'size'],
    ['a size of 0', { size: { height: 0, width: 5 } }, 'size'],
    ['a size that is half said', { size: { height: 5 } }, 'size'],
    ['a crop without its size', { do_center_crop: true }, 'crop_size'],
    ['a crop of fractions', { do_center_crop: true, crop_size: { height: 1.5, width: 2 } }, 'crop_size'],
    ['a deviation of 0', { image_std: [0.5, 0, 0.5] }, 'image_std'],
    ['two means', { image_mean: [0.5, 0.5] }, 'image_mean'],
    ['a factor below 0', { rescale_factor: -1 }, 'rescale_factor'],
    ['a flag that is a text', { do_resize: 'yes' }, 'do_resize'],
    ['a list', [], ''],
  ])('refuses %s', (_, config, key) => {
    expect(() => parse(config)).toThrow(
      expect.objectContaining({
        name: 'ProcessorInvalid',
        problem: expect.stringContaining(key) as string,
        place,
      }),
    );
  });

  it.each([
    ['another processor', { image_processor_type: 'ConvNextImageProcessor' }, 'ConvNextImageProcessor'],
    ['the longest edge', { size: { longest_edge: 5 } }, 'longest_edge'],
    ['both edges', { size: { shortest_edge: 5, longest_edge: 9 } }, 'longest_edge'],
    ['padding', { do_pad: true }, 'do_pad'],
  ])('says that it does not support %s', (_, config, key) => {
    expect(() => parse(config)).toThrow(
      expect.objectContaining({
        name: 'ProcessorUnsupported',
        problem: expect.stringContaining(key) as string,
      }),
    );
  });
});

describe('processors of other models', () => {
  it.each(processors)('equal transformers bit for bit: $config', async (reference) => {
    const processor = parse(reference.config);
    const dataset = datasetOf([noiseImage(reference.width, reference.height, 7)]);
    const pixels = await preprocess(dataset, processor);
    expect([pixels.channels, pixels.height, pixels.width]).toEqual(reference.shape);
    expect(sha256(pixels.data)).toBe(reference.sha256);
    const table = normalizationTable(processor);
    expect(sha256(new Uint8Array(table.buffer))).toBe(reference.normalization);
  });

  it.each(['CLIPImageProcessorFast', 'CLIPFeatureExtractor', 'CLIPImageProcessorPil'])(
    'are known as %s too',
    (type) => {
      expect(parse({ image_processor_type: type })).toEqual(
        parse({ image_processor_type: 'CLIPImageProcessor' }),
      );
    },
  );
});

describe('readProcessor', () => {
  it('names run, step and file when the file is missing', async () => {
    const folder = await copyModel('f32');
    await rm(join(folder, 'preprocessor_config.json'));
    await expect(readProcessor(folder, { run: 'emoji', step: 40 })).rejects.toMatchObject({
      name: 'ProcessorInvalid',
      place,
    });
  });

  it('refuses a file that is not JSON', async () => {
    const folder = await copyModel('f32');
    await writeFile(join(folder, 'preprocessor_config.json'), '{"do_resize": tr');
    await expect(readProcessor(folder, {})).rejects.toMatchObject({
      name: 'ProcessorInvalid',
      problem: expect.stringContaining('is not JSON') as string,
    });
  });
});

describe('processorKey', () => {
  it('differs where the 8-bit pixels differ', () => {
    const crop = { do_center_crop: true, crop_size: 5 };
    const configs = [
      {},
      { size: 5 },
      { size: { shortest_edge: 5 } },
      { resample: 3 },
      { do_resize: false },
      crop,
    ];
    expect(new Set(configs.map((config) => processorKey(parse(config)))).size).toBe(configs.length);
  });

  it('is the same where only rescaling or normalising differ', () => {
    expect(processorKey(parse({ image_mean: 0, rescale_factor: 2, do_normalize: false }))).toBe(
      processorKey(parse({})),
    );
  });

  it('does not care for the filter when nothing is resized', () => {
    expect(processorKey(parse({ do_resize: false, resample: 0 }))).toBe(
      processorKey(parse({ do_resize: false })),
    );
  });
});

interface Case {
  readonly config: Readonly<Record<string, unknown>>;
  readonly sha256: string;
}

const normalizations = await readGolden<Case[]>('normalization.json');

describe('normalizationTable', () => {
  it.each(normalizations)('equals transformers bit for bit: $config', ({ config, sha256: expected }) => {
    const table = normalizationTable(parse(config));
    expect(sha256(new Uint8Array(table.buffer))).toBe(expected);
  });
});
