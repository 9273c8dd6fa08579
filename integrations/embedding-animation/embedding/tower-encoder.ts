/** A tower as an encoder: which sizes and poolings it takes. */
import { makeError, type ErrorPlace } from '../errors.ts';
import type { Encoder, Pooling } from './encoder.ts';
import { chooseBatch } from './batch.ts';
import type { Size } from './processor.ts';
import { writeTowerGraph } from './tower-graph.ts';
import type { Tower } from './tower.ts';

const PROCESSOR_FILE = 'preprocessor_config.json';

/** A tower and what its architecture says about its use. */
export interface OpenedTower {
  readonly tower: Tower;
  /** The size that it was made for, in px. */
  readonly imageSize: Size;
  readonly defaultPooling: Pooling;
}

/** Makes an encoder of a tower. */
export function createTowerEncoder({ tower, imageSize, defaultPooling }: OpenedTower): Encoder {
  const { hiddenSize, positions, patchSize } = tower;
  return {
    hiddenSize,
    poolings: listPoolings(tower),
    defaultPooling,
    checkInput: (size, place) => {
      if (positions.interpolation === undefined) checkFixedSize(size, imageSize, place);
      else checkSmallestSize(size, patchSize, place);
    },
    chooseBatch: (size) => chooseBatch(tower, size),
    writeGraph: (options) => writeTowerGraph(tower, options),
  };
}

/** A model without a CLS token has no first token worth reading. */
function listPoolings({ leading, pooler }: Tower): Pooling[] {
  return [
    ...(leading.length > 0 ? (['cls'] as const) : []),
    'mean',
    ...(pooler === undefined ? [] : (['pooler'] as const)),
  ];
}

function checkFixedSize(size: Size, own: Size, place: ErrorPlace): void {
  if (size.height === own.height && size.width === own.width) return;
  const facts = { made: inPixels(size), wanted: inPixels(own) };
  throw makeError('ProcessorInvalid', 'sizeOfModel', facts, { ...place, file: PROCESSOR_FILE });
}

function checkSmallestSize(size: Size, patch: Size, place: ErrorPlace): void {
  if (size.height >= patch.height && size.width >= patch.width) return;
  const facts = { made: inPixels(size), patch: inPixels(patch) };
  throw makeError('ProcessorInvalid', 'smallerThanPatch', facts, { ...place, file: PROCESSOR_FILE });
}

function inPixels({ width, height }: Size): string {
  return `${width}×${height}`;
}
