/** Image files and pixels. The only room that imports sharp. */
export { decodeImage, MAX_DECODED_PIXELS } from './decode.ts';
export { decodePng, encodePng, encodeThumbnail, fitIntoSquare } from './encode.ts';
export { isLfsPointer, LFS_HINT, LFS_POINTER_START } from './lfs-pointer.ts';
export { rasterizeOverlay, rasterizeSvg, type RasterizeOptions } from './svg.ts';
export { encodeLossless, encodeLossy, shrinkToFit } from './thumbnail-sheet.ts';
