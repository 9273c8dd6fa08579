/** Pictures: frames as PNG, the animation as GIF. The only room that imports Plot, linkedom, fontkit and gifenc. */
export { frameExtent } from './extent.ts';
export { findFonts, type FoundFonts } from './find-fonts.ts';
export type { FontPackage } from './font-book.ts';
export type { Extent, FrameInput } from './frame-input.ts';
export { renderFrame } from './frame-plot.ts';
export { encodeGif, openGifPool, type GifOptions, type GifPool } from './gif/encode-gif.ts';
export { boardRows } from './layout.ts';
export { fitThumbnail, LEADERBOARD_ROWS } from './leaderboard.ts';
export { hasPowers, markGaps, thinLosses } from './loss-curve.ts';
export { renamePalette } from './palette.ts';
export { openRenderingPool, renderFrameInWorker } from './pool.ts';
export { markerSymbol } from './markers.ts';
export { classStyles, countLookalikes, type ClassStyle, type Marker } from './theme.ts';

/** Part of every cache key: raised whenever the same input gives another picture. */
export const RENDERING_VERSION = '10';
