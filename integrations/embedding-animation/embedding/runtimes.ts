/** The libraries that run models, which a site may lack: one is optional, the other has a part for each platform. */
import { EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';

/** What runs a model: our graphs on onnxruntime itself, exports by transformers.js. */
export type Runtime = keyof typeof RUNTIMES;

const RUNTIMES = {
  graph: {
    library: 'onnxruntime-node',
    purpose: 'runs models',
    install:
      'Install it again: ONNXRUNTIME_NODE_INSTALL=skip npm install (pnpm, yarn). Without that variable its install script ' +
      'downloads CUDA libraries, and where it can not, the package is left out. There are binaries for Linux with glibc ' +
      'and Windows on x64 and arm64, and for macOS on arm64; elsewhere build from a packed run or ready embeddings.',
  },
  export: {
    library: '@huggingface/transformers',
    purpose: 'runs ONNX exports; it is an optional dependency, since safetensors need none',
    install:
      'Install it in the site: npm install @huggingface/transformers (pnpm add, yarn add). Or let the checkpoints have model.safetensors of an architecture that is read directly.',
  },
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
  const { library, purpose, install } = RUNTIMES[runtime];
  const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
  return new EmbeddingAnimationError('RuntimeMissing', {
    ...place,
    problem: `${library}, which ${purpose}, can not be loaded: ${reason}`,
    hint: install,
    cause,
  });
}
