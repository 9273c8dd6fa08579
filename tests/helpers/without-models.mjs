// Preloaded with NODE_OPTIONS=--import: what runs models can't be imported, in no thread of the process.
import { registerHooks } from 'node:module';

const MODEL_RUNTIMES = /^(onnxruntime-(node|common|web)|@huggingface\/transformers)(\/|$)/;

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (MODEL_RUNTIMES.test(specifier)) throw new Error(`${specifier} is not installed here`);
    return nextResolve(specifier, context);
  },
});
