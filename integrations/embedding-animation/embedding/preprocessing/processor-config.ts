/** `preprocessor_config.json`: what a model wants done to an image, in the meaning of Hugging Face's processors. */
import { join } from 'node:path';
import { z } from 'zod';
import { makeError, type EmbeddingAnimationError, type ErrorPlace } from '../../errors.ts';
import { exists } from '../../files.ts';
import { isRecord, readJson } from '../../formats/json.ts';
import { IMAGE_PROCESSOR_CONFIG, PROCESSOR_CONFIG } from '../../formats/model-files.ts';
import { parseOptions } from '../../options/index.ts';
import type { Processor, Size, Triple } from './processor.ts';
import { RESAMPLE_FILTERS } from './resample-coefficients.ts';

const pixels = z.int().min(1).max(16_384);
const exactSize = z.strictObject({ height: pixels, width: pixels });
const flag = z.boolean().nullish();
const perChannel = z
  .union([z.number(), z.tuple([z.number(), z.number(), z.number()])], 'must be a number or three numbers')
  .nullish()
  .transform((value): Triple | undefined =>
    typeof value === 'number' ? [value, value, value] : (value ?? undefined),
  );

/** Keys that decide pixels; Hugging Face writes many more. */
const schema = z.object({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  do_resize: flag,
  size: z.unknown().optional(),
  resample: z.int().min(0).max(5).nullish(),
  do_center_crop: flag,
  crop_size: z.unknown().optional(),
  do_rescale: flag,
  rescale_factor: z.number().positive().nullish(),
  do_normalize: flag,
  image_mean: perChannel,
  image_std: perChannel.refine((std) => std?.includes(0) !== true, 'must not be 0'),
  do_pad: flag,
});

/**
 * Reads the processor of the checkpoint in `folder`: `image_processor` of processor_config.json where there is one, else
 * preprocessor_config.json, as transformers 5 chooses.
 * @throws EmbeddingAnimationError `ProcessorInvalid`, `ProcessorUnsupported`
 */
export async function readProcessor(folder: string, place: ErrorPlace): Promise<Processor> {
  const joined = await readJoined(folder, place);
  if (joined !== undefined) return parseProcessor(joined, { ...place, file: PROCESSOR_CONFIG });
  const value = await readJson(join(folder, IMAGE_PROCESSOR_CONFIG), 'ProcessorInvalid', place);
  return parseProcessor(value, { ...place, file: IMAGE_PROCESSOR_CONFIG });
}

/** Whether the checkpoint in `folder` says how its images are prepared. */
export async function hasProcessor(folder: string): Promise<boolean> {
  if (await exists(join(folder, IMAGE_PROCESSOR_CONFIG))) return true;
  return (await readJoined(folder, {}).catch(() => undefined)) !== undefined;
}

/** Files of earlier versions hold the processor's class alone. */
async function readJoined(folder: string, place: ErrorPlace): Promise<unknown> {
  if (!(await exists(join(folder, PROCESSOR_CONFIG)))) return undefined;
  const value = await readJson(join(folder, PROCESSOR_CONFIG), 'ProcessorInvalid', place);
  return isRecord(value) ? (value['image_processor'] ?? undefined) : undefined;
}

/**
 * Gives the steps that a parsed `preprocessor_config.json` asks for.
 * @throws EmbeddingAnimationError `ProcessorInvalid` where it is wrong, `ProcessorUnsupported` where it asks for
 * something that is not built
 */
export function parseProcessor(value: unknown, place: ErrorPlace): Processor {
  const config = parseOptions(schema, value, 'ProcessorInvalid', place);
  const type = config.image_processor_type ?? config.feature_extractor_type ?? undefined;
  const defaults = findProcessorDefaults(type);
  if (defaults === undefined) throw unsupported(`the image processor is a ${type}`, place);
  if (config.do_pad === true) throw unsupported('do_pad is true', place);
  const isCropped = config.do_center_crop ?? defaults.crop !== undefined;
  return {
    resize: config.do_resize === false ? undefined : parseResize(config, defaults, place),
    crop: isCropped ? parseCropSize(config.crop_size ?? defaults.crop, place) : undefined,
    rescale: config.do_rescale === false ? undefined : (config.rescale_factor ?? 1 / 255),
    normalize:
      config.do_normalize === false
        ? undefined
        : { mean: config.image_mean ?? defaults.mean, std: config.image_std ?? defaults.std },
  };
}

function parseResize(
  { size, resample }: z.output<typeof schema>,
  defaults: ProcessorDefaults,
  place: ErrorPlace,
): Processor['resize'] {
  const to = size === undefined || size === null ? defaults.size : parseSize(size, defaults, place);
  return { to, filter: RESAMPLE_FILTERS[toFilterNumber(resample ?? defaults.resample)] };
}

function toFilterNumber(value: number): keyof typeof RESAMPLE_FILTERS {
  return value as keyof typeof RESAMPLE_FILTERS; // the schema lets only integers of 0 … 5 through
}

/** One number is what the class says (files written before transformers 4.26), a pair is height and width. */
function parseSize(
  value: unknown,
  { isSizeSquare }: ProcessorDefaults,
  place: ErrorPlace,
): ProcessorDefaults['size'] {
  const number = pixels.safeParse(value);
  if (number.success && !isSizeSquare) return { shortestEdge: number.data };
  const edge = z.strictObject({ shortest_edge: pixels }).safeParse(value);
  if (edge.success) return { shortestEdge: edge.data.shortest_edge };
  const exact = parseExactSize(value);
  if (exact !== undefined) return exact;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value).sort().join(', ') : '';
  if (/longest_edge|max_|min_/.test(keys)) throw unsupported(`size is given by ${keys}`, place);
  throw invalid('size', 'height and width, or shortest_edge, in whole px', place);
}

function parseCropSize(value: unknown, place: ErrorPlace): Size {
  const size = parseExactSize(value);
  if (size === undefined) throw invalid('crop_size', 'height and width in whole px', place);
  return size;
}

function parseExactSize(value: unknown): Size | undefined {
  const square = pixels.safeParse(value);
  if (square.success) return { height: square.data, width: square.data };
  const pair = z.tuple([pixels, pixels]).safeParse(value);
  if (pair.success) return { height: pair.data[0], width: pair.data[1] };
  return exactSize.safeParse(value).data;
}

function unsupported(problem: string, place: ErrorPlace): EmbeddingAnimationError {
  const facts = { what: problem, known: KNOWN_PROCESSORS.join(', ') };
  return makeError('ProcessorUnsupported', 'unsupported', facts, place);
}

function invalid(key: string, wanted: string, place: ErrorPlace): EmbeddingAnimationError {
  return makeError('ProcessorInvalid', 'key', { key, wanted }, place);
}

// --- the image processors of transformers (5.23) that differ in their defaults only ---------------------

/** What a processor does where its file says nothing. */
interface ProcessorDefaults {
  readonly size: Size | { readonly shortestEdge: number };
  /** What one number as `size` means: a square, or the shorter edge. */
  readonly isSizeSquare: boolean;
  /** Pillow's number of the filter. */
  readonly resample: number;
  /** `undefined` where nothing is cropped. */
  readonly crop: Size | undefined;
  readonly mean: Triple;
  readonly std: Triple;
}

const HALVES: Triple = [0.5, 0.5, 0.5];
const SQUARE: Size = { height: 224, width: 224 };
const BILINEAR = 2;
const BICUBIC = 3;

const VIT: ProcessorDefaults = {
  size: SQUARE,
  isSizeSquare: true,
  resample: BILINEAR,
  crop: undefined,
  mean: HALVES,
  std: HALVES,
};

const CLIP: ProcessorDefaults = {
  size: { shortestEdge: 224 },
  isSizeSquare: false,
  resample: BICUBIC,
  crop: SQUARE,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

const DEIT: ProcessorDefaults = {
  ...VIT,
  size: { height: 256, width: 256 },
  resample: BICUBIC,
  crop: SQUARE,
};

/** By the first word of the class; DINOv2 uses BiT's. */
const MODELS: ReadonlyMap<string, ProcessorDefaults> = new Map([
  ['ViT', VIT],
  ['DeiT', DEIT],
  ['CLIP', CLIP],
  ['Siglip', { ...VIT, isSizeSquare: false, resample: BICUBIC }],
  ['Bit', CLIP],
]);

/** How one processor is called, by backend and by version. */
const CLASS = /^(?<model>\w+?)(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/;

/** Names of the processors, for hints. */
const KNOWN_PROCESSORS: readonly string[] = [...MODELS.keys()].map((name) => `${name}ImageProcessor`);

/** Gives the defaults of the class `type`; those of ViTImageProcessor where there is none. `undefined` if unknown. */
function findProcessorDefaults(type: string | undefined): ProcessorDefaults | undefined {
  if (type === undefined) return VIT;
  const model = CLASS.exec(type)?.groups?.['model'];
  return model === undefined ? undefined : MODELS.get(model);
}
