/** Image files and pixels. The only room that imports sharp. */
export { decodeImage, type DecodeOptions } from './decode.ts';
export { readOrientation } from './orientation.ts';
export { isReadableImage, READABLE_EXTENSIONS, SIGNATURE_BYTES, startsLikeImage } from './formats.ts';
export { decodePng, encodeLossless, encodeLossy, encodePng, fitIntoSquare, shrinkToFit } from './encode.ts';
export { openSvgDrawer, rasterizeSvg } from './svg.ts';
