import * as module from 'gifenc';

/** gifenc is CommonJS: Node wraps its exports in `default`, bundlers and test runners name them. */
export function loadGifenc(): Pick<typeof module, 'GIFEncoder' | 'quantize'> {
  return 'quantize' in module ? module : module.default;
}
