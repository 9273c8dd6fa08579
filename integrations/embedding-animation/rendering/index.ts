/** Pictures: frames as PNG, the animation as GIF. The only room that imports Plot, linkedom, fontkit and gifenc. */
export { frameExtent } from './extent.ts';
export { findFonts, type FoundFonts } from './text/find-fonts.ts';
export type { FontPackage } from './text/font-stack.ts';
export type { Extent, FrameInput } from './frame-input.ts';
export { renderFrame } from './frame.ts';
export { encodeGif, openGifPool, type GifOptions, type GifPool } from './gif.ts';
export { boardRows } from './layout.ts';
export { fitThumbnail } from './parts/leaderboard.ts';
export { hasPowers, markGaps, thinLosses } from './parts/loss-curve.ts';
export { renamePalette } from './palette.ts';
export { openRenderingPool, renderFrameInWorker } from './pool.ts';
export { markerSymbol } from './raster/marker-shapes.ts';
export { classStyles, countLookalikes, type ClassStyle, type Marker } from './theme.ts';

/** Part of every cache key: raised whenever the same input gives another picture. */
export const RENDERING_VERSION = '9';
