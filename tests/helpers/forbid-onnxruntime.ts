/** Loaded with `node --import`: from then on neither onnxruntime-node nor transformers.js can be imported. */
import { registerHooks } from 'node:module';

const FORBIDDEN: readonly string[] = ['onnxruntime-node', '@huggingface/transformers'];

registerHooks({
  resolve(specifier, context, next) {
    if (FORBIDDEN.includes(specifier)) throw new Error(`${specifier} was imported`);
    return next(specifier, context);
  },
});
