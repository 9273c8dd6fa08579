import * as module from 'gifenc';

/** gifenc is CommonJS: Node wraps its exports in `default`, bundlers and test runners name them. */
export function loadGifenc(): module.Gifenc {
  const { GIFEncoder, quantize } = module;
  return GIFEncoder === undefined || quantize === undefined ? module.default : { GIFEncoder, quantize };
}
