/**
 * What models run on: libraries, which a site may lack, since one is optional and the other has a part for each platform;
 * and devices.
 */
import type { Logger } from '../../contracts.ts';
import { EmbeddingAnimationError, makeError, type ErrorPlace } from '../../errors.ts';
import type { Device } from '../../options/index.ts';
import { openPool } from '../../threads/workers.ts';

/** What runs a model: our graphs on onnxruntime itself, exports by transformers.js. */
export type Runtime = keyof typeof RUNTIMES;

/** The library of each, and its case in the catalogue. */
const RUNTIMES = {
  graph: { library: 'onnxruntime-node', missing: 'onnxruntime' },
  export: { library: '@huggingface/transformers', missing: 'transformers' },
} as const;

/**
 * Says before any work is done that what runs the models is not installed.
 * @throws EmbeddingAnimationError `RuntimeMissing` with the library and how to install it
 */
export function checkRuntime(runtime: Runtime, place: ErrorPlace): void {
  try {
    import.meta.resolve(RUNTIMES[runtime].library);
  } catch (cause) {
    throw runtimeMissing(runtime, place, cause);
  }
}

/**
 * Loads a module that imports the library.
 * @throws EmbeddingAnimationError `RuntimeMissing` when the library, or its binary for this platform, can't be loaded
 */
export async function loadWithRuntime<Module>(
  runtime: Runtime,
  place: ErrorPlace,
  load: () => Promise<Module>,
): Promise<Module> {
  return load().catch((cause: unknown) => {
    throw runtimeMissing(runtime, place, cause);
  });
}

function runtimeMissing(runtime: Runtime, place: ErrorPlace, cause: unknown): EmbeddingAnimationError {
  const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
  return makeError('RuntimeMissing', RUNTIMES[runtime].missing, { reason }, { ...place, cause });
}

/** The error of a model that could not be run, whatever was thrown. */
export function toRunError(cause: unknown, place: ErrorPlace): EmbeddingAnimationError {
  if (cause instanceof EmbeddingAnimationError) return cause.at(place);
  const said = cause instanceof Error ? cause.message : String(cause);
  return makeError('ModelRunFailed', 'failed', { said }, place);
}

/** A device by its own name. */
export type WorkingDevice = Exclude<Device, 'auto'>;

/**
 * Gives the device to use. The processor always works and is not tried; others are tried by opening a model of one
 * node on them. Only `auto` falls back to the processor, and says so.
 * @throws EmbeddingAnimationError `DeviceUnavailable` with the devices that work
 */
export async function chooseDevice(wanted: Device, logger: Logger): Promise<WorkingDevice> {
  if (wanted === 'cpu') return 'cpu';
  const works = await findDevices();
  if (wanted === 'auto') {
    const [best = 'cpu'] = works;
    if (best === 'cpu') logger.info('No graphics card can be used here: the processor embeds.');
    return best;
  }
  if (works.includes(wanted)) return wanted;
  throw makeError('DeviceUnavailable', 'unavailable', { device: wanted, works: works.join(', ') });
}

/** Devices that work here, the fastest first. They are tried in a thread: drivers load slowly and block. */
async function findDevices(): Promise<readonly WorkingDevice[]> {
  const pool = openPool<undefined, readonly WorkingDevice[]>(
    new URL('./device-worker.ts', import.meta.url),
    1,
  );
  try {
    return await pool.run(undefined);
  } finally {
    await pool.close();
  }
}
