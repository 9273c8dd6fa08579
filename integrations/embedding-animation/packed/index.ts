/** The door of packed results: a run small enough to be committed, and read without its weights. */
export { findChangedOption, packKey, type PackOrigin } from './pack-key.ts';
export { measurePack, readPack, readPackDescription, type PackedResults } from './read-pack.ts';
export { PACK_FILES, PACK_FOLDER, packInvalid, type Pack } from './schema.ts';
export { BYTES_PER_POINT_AND_FRAME, packResults, writePack, type PackedFiles } from './write-pack.ts';
