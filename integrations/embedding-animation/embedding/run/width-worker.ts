/** The thread that runs an export on one black image, to find out how wide its embeddings are. */
import type { ErrorPlace } from '../../errors.ts';
import { serve } from '../../threads/workers.ts';
import type { ExportToRun } from './export-session.ts';
import { loadWithRuntime, toRunError } from './runtimes.ts';

/** One export. */
export interface WidthTask {
  readonly model: ExportToRun;
  /** Of its input, `[1, 3, height, width]`. */
  readonly shape: readonly number[];
  readonly place: ErrorPlace;
}

async function measureWidth({ model, shape, place }: WidthTask): Promise<number> {
  const { openExportSession } = await loadWithRuntime('export', place, () => import('./export-session.ts'));
  try {
    const session = await openExportSession(model, 'cpu', shape);
    const rows = await session.run(new Uint8Array(shape.reduce((product, size) => product * size, 1)));
    await session.close();
    return rows.length;
  } catch (cause) {
    throw toRunError(cause, place);
  }
}

export default serve(measureWidth);
