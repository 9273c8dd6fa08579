/** A tower as an encoder: which sizes and poolings it takes. */
import { makeError, type ErrorPlace } from '../errors.ts';
import type { Encoder, Pooling } from './encoder.ts';
import { chooseBatch } from './batch.ts';
import { countPatches } from './patches.ts';
import type { Size } from './preprocessing/processor-config.ts';
import { writeTowerGraph } from './graph/write-graph.ts';
import type { Tower } from './vision-transformer.ts';

const PROCESSOR_FILE = 'preprocessor_config.json';

/** A tower and what its architecture says about its use. */
export interface OpenedTower {
  readonly tower: Tower;
  /** What stands before the names of its tensors. */
  readonly prefix: string;
  /** The size that it was made for, in px. */
  readonly imageSize: Size;
  /**
   * Whether images of other sizes are as good, since it was trained on several.
   * @default false
   */
  readonly takesAnySize?: boolean;
  readonly defaultPooling: Pooling;
}

/** Makes an encoder of a tower. */
export function createTowerEncoder(opened: OpenedTower): Encoder {
  const { tower, imageSize, takesAnySize = false, defaultPooling } = opened;
  const { hiddenSize, positions, patchSize } = tower;
  return {
    hiddenSize,
    poolings: listPoolings(tower),
    defaultPooling,
    checkInput: (size, place) => {
      if (positions.interpolation === undefined) checkFixedSize(size, imageSize, place);
      else checkSmallestSize(size, patchSize, place);
    },
    interpolates: (size) => {
      const grid = countPatches(size, patchSize);
      const isOwn = grid.height === positions.grid.height && grid.width === positions.grid.width;
      return !isOwn && !takesAnySize;
    },
    chooseBatch: (size) => chooseBatch(tower, size),
    writeGraph: (options) => writeTowerGraph(tower, options),
  };
}

/** A model without a CLS token has no first token worth reading, and no tokens but those of its patches. */
function listPoolings({ leading, pooler }: Tower): Pooling[] {
  return [
    ...(leading.length > 0
      ? (['cls', 'mean', 'patches', 'cls+patches'] as const)
      : (['mean', 'patches'] as const)),
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
