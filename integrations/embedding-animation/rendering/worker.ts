/** A drawing thread. */
import { serve } from '../workers.ts';
import type { FrameInput } from './frame-input.ts';
import { renderFrame } from './frame-plot.ts';
import { openTypesetter } from './text.ts';

/** Makes the thread's function, which keeps the fonts that it opened. */
function createRenderer(): (input: FrameInput) => Promise<Uint8Array> {
  const typesetter = openTypesetter();
  return (input) => renderFrame(input, typesetter);
}

export default serve(createRenderer());
