/** The image processors of transformers (5.23) that differ in their defaults only. */
import type { Size, Triple } from './processor-config.ts';

/** What a processor does where its file says nothing. */
export interface ProcessorDefaults {
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
export const KNOWN_PROCESSORS: readonly string[] = [...MODELS.keys()].map((name) => `${name}ImageProcessor`);

/** Gives the defaults of the class `type`; those of ViTImageProcessor where there is none. `undefined` if unknown. */
export function findProcessorDefaults(type: string | undefined): ProcessorDefaults | undefined {
  if (type === undefined) return VIT;
  const model = CLASS.exec(type)?.groups?.['model'];
  return model === undefined ? undefined : MODELS.get(model);
}
