/** The door of the ready-embeddings room: matrices that lie beside a checkpoint. It knows no model. */
export { READY_FILES } from './file-names.ts';
export { openReadyEmbeddings } from './open.ts';
