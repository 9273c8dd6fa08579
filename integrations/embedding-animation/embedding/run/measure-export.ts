/** How wide the embeddings of an export are where neither config.json nor the shapes in the model say it. */
import type { ErrorPlace } from '../../errors.ts';
import { openPool } from '../../threads/workers.ts';
import type { Pooling } from '../encoder.ts';
import { openExport } from './onnx-export.ts';
import { fixedSize, normalizationTable } from '../preprocessing/processor.ts';
import type { WidthTask } from './width-worker.ts';

/** Where a processor gives images of any size. */
const USUAL_SIDE_PX = 224;

/**
 * Runs the export on one image, in a thread of its own.
 * @param files the model, and its external data behind it
 * @returns numbers in an embedding that is pooled as `pooling` says
 * @throws EmbeddingAnimationError `ModelRunFailed`, `RuntimeMissing`, `OptionsInvalid` where the model can't be pooled so;
 * what `openExport` throws
 */
export async function measureExport(
  folder: string,
  files: readonly string[],
  pooling: Pooling = 'cls',
  place: ErrorPlace = {},
): Promise<number> {
  const { processor, encoder } = await openExport(folder, files, 0, place);
  const { height, width } = fixedSize(processor) ?? { height: USUAL_SIDE_PX, width: USUAL_SIDE_PX };
  const pool = openPool<WidthTask, number>(new URL('./width-worker.ts', import.meta.url), 1);
  const { file, frontTokens = 0 } = encoder;
  const normalization = normalizationTable(processor);
  const model = {
    kind: 'export',
    folder,
    file,
    pooling,
    frontTokens,
    normalization,
    hiddenSize: undefined,
  } as const;
  try {
    return await pool.run({ model, shape: [1, 3, height, width], place });
  } finally {
    await pool.close();
  }
}
