/** Image files and pixels. The only room that imports sharp. */
export { decodeImage, type DecodeOptions } from './decode.ts';
export { readOrientation } from './orientation.ts';
export { isReadableImage, READABLE_EXTENSIONS } from './readable.ts';
export { SIGNATURE_BYTES, startsLikeImage } from './signatures.ts';
export { decodePng, encodePng, fitIntoSquare } from './encode.ts';
export { openSvgDrawer } from './bounded-svg.ts';
export { rasterizeSvg } from './svg.ts';
export { encodeLossless, encodeLossy, shrinkToFit } from './thumbnail-sheet.ts';
