/** A drawing thread. Fonts are opened with the first frame and kept for the next ones. */
import { serve } from '../workers.ts';
import type { FrameInput } from './frame-input.ts';
import { renderFrame } from './frame-plot.ts';
import { openTypesetter } from './text.ts';

const typesetter = openTypesetter();

export default serve((input: FrameInput) => renderFrame(input, typesetter));
