/** A thread that renders frames. */
import { serve } from '../threads/workers.ts';
import type { FrameInput } from './frame-input.ts';
import { renderFrame } from './frame.ts';
import { openRenderCache } from './render-cache.ts';

/** Makes the thread's function, which keeps its fonts and its static layer. */
function createRenderer(): (input: FrameInput) => Promise<Uint8Array> {
  const cache = openRenderCache();
  return (input) => renderFrame(input, cache);
}

export default serve(createRenderer());
