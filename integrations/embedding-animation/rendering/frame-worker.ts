/** A drawing thread. */
import { serve } from '../threads/workers.ts';
import type { FrameInput } from './frame-input.ts';
import { renderFrame } from './frame.ts';
import { openStudio } from './render-cache.ts';

/** Makes the thread's function, which keeps its fonts and its scene. */
function createRenderer(): (input: FrameInput) => Promise<Uint8Array> {
  const studio = openStudio();
  return (input) => renderFrame(input, studio);
}

export default serve(createRenderer());
