/** The libraries that run models, which a site may lack: one is optional, the other has a part for each platform. */
import { makeError, type EmbeddingAnimationError, type ErrorPlace } from '../../errors.ts';

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
