/** Pictures: frames as PNG, the animation as GIF. The only room that imports Plot, linkedom, fontkit and gifenc. */
export type { Extent, FrameAnchor, FrameInput, FrameOutlier } from './frame-input.ts';
export { openRenderingPool, renderFrame, renderFrameInWorker } from './frame.ts';
export { encodeGif, openGifPool, type GifOptions, type GifPool } from './gif/encode-gif.ts';
export { leaderboardRows } from './layout.ts';
export { fitThumbnail } from './parts/leaderboard.ts';
export { hasPowers, markGaps, thinLosses } from './parts/loss-series.ts';
export { frameExtent } from './parts/map-extent.ts';
export { fadeDistrusted } from './parts/map-points.ts';
export { markerSymbol, type Marker } from './raster/marker-shapes.ts';
export type { FontPackage } from './text/font-family.ts';
export { findFonts, type FoundFonts } from './text/find-fonts.ts';
export { classStyles, countLookalikes, renamePalette, type ClassStyle } from './theme.ts';

/** Part of every cache key: raised whenever the same input gives another picture. */
export const RENDERING_VERSION = '12';
